import { describe, expect, it } from 'vitest'
import { addDays, instantOf, isDate, isZone, localAt, startOfDate, weekdayOf } from './zone-time.ts'

const utc = (text: string): number => Date.parse(text)

describe('the wall clock of a zone', () => {
  it.each([
    // The last day of British summer time, the night of the change, and the day after.
    ['2016-10-29', '09:58:11', 'Europe/London', '2016-10-29T08:58:11Z'],
    ['2016-10-30', '00:30:00', 'Europe/London', '2016-10-29T23:30:00Z'],
    ['2016-10-30', '09:58:11', 'Europe/London', '2016-10-30T09:58:11Z'],
    ['2016-10-31', '07:29:57', 'Europe/London', '2016-10-31T07:29:57Z'],
    // 01:30 comes twice: the first one, still in summer time.
    ['2016-10-30', '01:30:00', 'Europe/London', '2016-10-30T00:30:00Z'],
    ['2016-10-30', '02:00:00', 'Europe/London', '2016-10-30T02:00:00Z'],
    // 01:30 never comes in spring: the gap of one hour later.
    ['2016-03-27', '01:30:00', 'Europe/London', '2016-03-27T01:30:00Z'],
    ['2016-11-06', '12:00:00', 'America/New_York', '2016-11-06T17:00:00Z'],
    ['2016-11-06', '01:30:00', 'America/New_York', '2016-11-06T05:30:00Z'],
    ['2016-01-01', '00:00:00', 'Asia/Kathmandu', '2015-12-31T18:15:00Z'],
  ])('shows %s %s in %s at %s', (date, time, zone, instant) => {
    expect(new Date(instantOf(date, time, zone)).toISOString()).toBe(new Date(utc(instant)).toISOString())
  })

  it('has a date of 25 hours when summer time ends', () => {
    const hours =
      (startOfDate('2016-10-31', 'Europe/London') - startOfDate('2016-10-30', 'Europe/London')) / 3_600_000
    expect(hours).toBe(25)
  })

  it('tells date and time of an instant', () => {
    expect(localAt(utc('2016-10-29T23:30:05.999Z'), 'Europe/London')).toEqual({
      date: '2016-10-30',
      time: '00:30:05',
    })
    expect(localAt(utc('2016-11-30T00:00:00Z'), 'Europe/London')).toEqual({
      date: '2016-11-30',
      time: '00:00:00',
    })
  })

  it('counts dates through leap years and knows weekdays', () => {
    expect(addDays('2016-02-28', 1)).toBe('2016-02-29')
    expect(addDays('2017-01-01', -1)).toBe('2016-12-31')
    expect(weekdayOf('2016-10-30')).toBe(0)
  })

  it.each([
    ['2016-02-29', true],
    ['2015-02-29', false],
    ['2016-13-01', false],
    ['2016-1-1', false],
    ['30.10.2016', false],
    ['', false],
  ])('knows whether "%s" is a date: %s', (text, expected) => {
    expect(isDate(text)).toBe(expected)
  })

  it('knows zones', () => {
    expect(isZone('Europe/London')).toBe(true)
    expect(isZone('Europe/Bakery')).toBe(false)
  })
})
