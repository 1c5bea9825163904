import { describe, expect, test } from 'vitest'
import {
  addDays,
  businessDateOf,
  datesBetween,
  endOfBusinessDate,
  isBusinessDate,
  startOfBusinessDate,
} from './business-date.ts'

describe('the business date of an instant', () => {
  test.each([
    ['2016-10-29T23:30:00Z', 'Europe/London', '2016-10-30'],
    ['2016-10-30T23:59:59.999Z', 'Europe/London', '2016-10-30'],
    ['2016-10-31T00:00:00Z', 'Europe/London', '2016-10-31'],
    ['2026-01-01T04:59:00Z', 'America/New_York', '2025-12-31'],
  ])('%s in %s is %s', (instant, zone, date) => {
    expect(businessDateOf(new Date(instant), zone)).toBe(date)
  })
})

describe('the bounds of a business date', () => {
  test.each([
    ['2016-10-30', 'Europe/London', '2016-10-29T23:00:00.000Z', 25],
    ['2016-03-27', 'Europe/London', '2016-03-27T00:00:00.000Z', 23],
    ['2016-11-05', 'Europe/London', '2016-11-05T00:00:00.000Z', 24],
    // Midnight does not exist there on this night: the date begins at 01:00.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 23],
    ['2026-06-01', 'Pacific/Kiritimati', '2026-05-31T10:00:00.000Z', 24],
  ])('%s in %s starts at %s and has %i hours', (date, zone, start, hours) => {
    expect(startOfBusinessDate(date, zone).toISOString()).toBe(start)
    const length = endOfBusinessDate(date, zone).getTime() - startOfBusinessDate(date, zone).getTime()
    expect(length).toBe(hours * 3_600_000)
  })
})

test('dates run over the end of February in a leap year', () => {
  expect(datesBetween('2028-02-28', '2028-03-01')).toEqual(['2028-02-28', '2028-02-29', '2028-03-01'])
  expect(addDays('2028-03-01', -1)).toBe('2028-02-29')
})

test.each([
  ['2026-02-29', false],
  ['2026-2-3', false],
  ['2026-02-28', true],
  ['', false],
])('%s is a date: %s', (text, is) => {
  expect(isBusinessDate(text)).toBe(is)
})
