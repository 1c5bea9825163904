import { expect, test } from 'vitest'
import { readDoubts } from './options.ts'

test('switches are read from JSON', () => {
  expect(readDoubts('{}')).toEqual({})
  expect(readDoubts('{"disputeFeeOnWin":"credited","disputeDueDays":7,"chargeRefundUpdated":false}')).toEqual(
    {
      disputeFeeOnWin: 'credited',
      disputeDueDays: 7,
      chargeRefundUpdated: false,
    },
  )
})

test('an unknown switch, or a value it cannot have, is refused', () => {
  const wrong = [
    '',
    '[]',
    'null',
    '{"nothing":1}',
    '{"expiryReason":"never"}',
    '{"disputeDueDays":-1}',
    '{"disputeDueDays":"7"}',
  ]
  expect(wrong.map(readDoubts)).toEqual(wrong.map(() => null))
})
