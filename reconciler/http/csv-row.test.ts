import { expect, test } from 'vitest'
import { CSV_COLUMNS, toCsvRow, wallClock } from './csv-row.ts'

test('writes instants on the wall clock of the zone, also in the repeated hour', () => {
  expect(wallClock(new Date('2026-10-25T00:30:00Z'), 'Europe/London')).toBe('2026-10-25 01:30:00')
  expect(wallClock(new Date('2026-10-25T01:30:00Z'), 'Europe/London')).toBe('2026-10-25 01:30:00')
  expect(wallClock(new Date('2026-03-02T23:30:00Z'), 'Asia/Tokyo')).toBe('2026-03-03 08:30:00')
})

test('a line has one field per column, its money in major units with its sign', () => {
  const line = toCsvRow(
    {
      id: 'txn_1',
      stripe_created: new Date('2026-03-02T10:00:00Z'),
      available_on: new Date('2026-03-04T00:00:00Z'),
      currency: 'gbp',
      amount: -1_234n,
      fee: 5n,
      net: -1_239n,
      reporting_category: 'refund',
      source: 're_1',
      description: '=HYPERLINK("x")',
      payout_id: null,
      arrival_at: null,
      charge_id: 'ch_1',
      stripe_payment_intent: null,
      state: 'matched',
      counterpart: 'pay_1',
      category: null,
      bank_trace_id: '=1+1',
      bank_trace_status: 'supported',
    },
    'Europe/London',
  )
  expect(line).toHaveLength(CSV_COLUMNS.length)
  expect(line.slice(6, 9)).toEqual(['-12.34', '0.05', '-12.39'])
  expect(line.slice(-2)).toEqual(["'=1+1", 'supported'])
  expect(line[11]).toBe(`'=HYPERLINK("x")`)
})
