import { expect, test } from 'vitest'
import { countFolded, currenciesFrom, readWritten, WRITTEN } from './more-filters.ts'

const written = (name: string) => {
  const found = WRITTEN.find((one) => one.name === name)
  if (!found) throw new Error(`no field ${name}`)
  return found
}

test.each([
  ['customer_ref', ' J. Doe ', 'J. Doe'],
  ['customer_ref', 'x'.repeat(101), undefined],
  ['external_ref', 'T-2', 'T-2'],
  ['last4', '4242', '4242'],
  ['last4', '424', undefined],
  ['last4', '42a2', undefined],
  ['decline_code', 'Insufficient funds', 'insufficient_funds'],
  ['decline_code', 'do-not-honor', 'do_not_honor'],
  ['decline_code', 'code 51', undefined],
  ['hours', '1', '1'],
  ['hours', '8784', '8784'],
  ['hours', '8785', undefined],
  ['hours', '0', undefined],
  ['hours', '1.5', undefined],
  ['last4', '  ', ''],
])('%s written as %j is %j in the address', (name, text, value) => {
  expect(readWritten(written(name), text)).toBe(value)
})

test('only what is behind the fold is counted', () => {
  expect(countFolded({ status: 'succeeded', q: 'x', from: 'a', to: 'b', method: 'card', till_id: 't' })).toBe(
    0,
  )
  expect(countFolded({ status: 'succeeded', store: 's', last4: '4242', amount_min: '1' })).toBe(3)
})

test("the shop's own currency is offered first, and each once", () => {
  const offered = currenciesFrom('jpy')
  expect(offered.slice(0, 3)).toEqual(['jpy', 'aed', 'all'])
  expect(new Set(offered).size).toBe(offered.length)
  expect(offered).toContain('kwd')
})
