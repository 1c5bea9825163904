import { expect, test } from 'vitest'
import { arrivalDate, availableOn, isBusinessDay, paidAt, payoutRunFrom } from './business-days.ts'

const at = (text: string) => Date.parse(text)
const show = (ms: number) => new Date(ms).toISOString().slice(0, 16)

// 2016-10-31 is a Monday.
test.each([
  ['2016-10-31T09:00Z', '2016-11-02T00:00'],
  ['2016-11-03T23:59Z', '2016-11-07T00:00'], // Thursday -> Monday
  ['2016-11-04T00:00Z', '2016-11-08T00:00'], // Friday -> Tuesday
  ['2016-11-05T12:00Z', '2016-11-08T00:00'], // Saturday -> Tuesday
  ['2016-11-06T12:00Z', '2016-11-08T00:00'], // Sunday -> Tuesday
])('makes funds of %s available on %s', (created, available) => {
  expect(show(availableOn(at(created)))).toBe(available)
})

test.each([
  ['2016-11-02T00:00Z', '2016-11-02T00:10'],
  ['2016-11-02T00:10Z', '2016-11-02T00:10'],
  ['2016-11-02T00:11Z', '2016-11-03T00:10'],
  ['2016-11-04T08:00Z', '2016-11-07T00:10'], // Friday morning -> Monday
  ['2016-11-05T00:00Z', '2016-11-07T00:10'],
])('pays out what is available at %s in the run of %s', (available, run) => {
  expect(show(payoutRunFrom(at(available)))).toBe(run)
})

test('lets a payout of Friday arrive on Monday and be paid at six', () => {
  const arrival = arrivalDate(at('2016-11-04T00:10Z'))
  expect(show(arrival)).toBe('2016-11-07T00:00')
  expect(show(paidAt(arrival))).toBe('2016-11-07T06:00')
})

test('counts Monday to Friday as business days', () => {
  const days = [30, 31].map((day) => isBusinessDay(at(`2016-10-${day}T12:00Z`)))
  expect(days).toEqual([false, true])
})
