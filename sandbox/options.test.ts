import { expect, test } from 'vitest'
import { DOUBT_SETTINGS, DOUBTS, readDoubts } from './options.ts'

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

test('there is a setting for every switch, each with a value that the switch can have', () => {
  const named = DOUBT_SETTINGS.flatMap(({ doubts }) => Object.keys(doubts))
  expect(named.toSorted()).toEqual(Object.keys(DOUBTS).toSorted())
  for (const { doubts } of DOUBT_SETTINGS) {
    expect(readDoubts(JSON.stringify(doubts))).toEqual(doubts)
    expect({ ...DOUBTS, ...doubts }).not.toEqual(DOUBTS)
  }
})
