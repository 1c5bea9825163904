import { expect, test } from 'vitest'
import type { ReportRow } from './report-row.ts'
import { guarded, PRESENT_ONLY, cellValue } from './columns.ts'
import { itemizedType, knownColumns, REPORT_NAME } from './report-types.ts'
import { asCsv, asJson } from './stream-report.ts'
import { summaryCsv, summaryLines } from './summary-lines.ts'

const row = (fields: Partial<ReportRow> = {}): ReportRow => ({
  id: 'txn_1',
  stripe_created: new Date('2026-07-02T23:30:00Z'),
  available_on: new Date('2026-07-04T00:00:00Z'),
  currency: 'gbp',
  amount: -1_234n,
  fee: 5n,
  net: -1_239n,
  reporting_category: 'refund',
  type: 'refund',
  balance_type: 'payments',
  source: 're_1',
  description: null,
  exchange_rate: null,
  payout_id: null,
  arrival_at: null,
  bank_trace_id: null,
  bank_trace_status: null,
  charge_id: null,
  payment_intent_id: null,
  card_brand: null,
  payment_id: null,
  sale_id: null,
  till_id: null,
  facing_amount: null,
  facing_currency: null,
  refund_amount: null,
  dispute_reason: null,
  charge_event: null,
  ...fields,
})

test.each([
  ['gbp', -1_234n, '-12.34'],
  ['gbp', -5n, '-0.05'],
  ['jpy', -1_234n, '-1234'],
  ['jpy', 0n, '0'],
  ['kwd', 12_340n, '12.340'],
  ['kwd', -10n, '-0.010'],
  // A currency that the platform does not know has two, as nearly all have.
  ['xyz', 100n, '1.00'],
])('writes %s %s as %s, a number a spreadsheet can add', (currency, amount, text) => {
  expect(cellValue('gross', row({ currency, amount }), 'UTC')).toBe(text)
})

test('guards texts in CSV and leaves numbers alone; JSON has every text as it is', () => {
  const odd = row({ description: '=HYPERLINK("x")', source: '@SUM(A1)', currency: '+x' })
  const columns = ['description', 'source_id', 'currency', 'net']
  const line = columns.map((column) => cellValue(column, odd, 'UTC'))
  expect(line.map((value, at) => guarded(columns[at] ?? '', value))).toEqual([
    `'=HYPERLINK("x")`,
    "'@SUM(A1)",
    "'+x",
    '-12.39',
  ])
  expect(asCsv(columns).page([line], true)).toBe(`"'=HYPERLINK(""x"")",'@SUM(A1),'+x,-12.39\r\n`)
  const writing = asJson(columns, { dates: ['2026-07-03'], count: 1 })
  expect(JSON.parse(writing.head + writing.page([line], true) + writing.foot)).toEqual({
    columns,
    uncertified_dates: ['2026-07-03'],
    uncertified_count: 1,
    data: [{ description: '=HYPERLINK("x")', source_id: '@SUM(A1)', currency: '+x', net: '-12.39' }],
  })
  expect(summaryCsv([['payouts', 'Total payouts', '-1.00', '=x']])).toBe(
    "category,description,net_amount,currency\r\npayouts,Total payouts,-1.00,'=x\r\n",
  )
})

test("a charge was created when Stripe's own event says so, and at no known time without one", () => {
  const event = JSON.stringify({ data: { object: { id: 'ch_1', created: 1_772_445_600 } } })
  // By hand: 1,772,445,600 s is 2026-03-02 10:00:00 UTC.
  expect(cellValue('charge_created_utc', row({ charge_event: event }), 'UTC')).toBe('2026-03-02 10:00:00')
  expect(cellValue('charge_created', row({ charge_event: event }), 'Asia/Tokyo')).toBe('2026-03-02 19:00:00')
  expect(cellValue('charge_created_utc', row(), 'UTC')).toBe('')
  expect(cellValue('charge_created_utc', row({ charge_event: '{}' }), 'UTC')).toBe('')
})

test("the bank's reference of a payout stands under Stripe's name, and in no report of an earlier moment", () => {
  const traced = row({ bank_trace_id: 'TRACE1', bank_trace_status: 'supported' })
  expect(cellValue('trace_id', traced, 'UTC')).toBe('TRACE1')
  expect(cellValue('trace_id_status', traced, 'UTC')).toBe('supported')
  expect(PRESENT_ONLY.has('trace_id') && PRESENT_ONLY.has('trace_id_status')).toBe(true)
})

test('writes instants in UTC and on the wall clock of the zone', () => {
  expect(cellValue('created_utc', row(), 'Europe/London')).toBe('2026-07-02 23:30:00')
  expect(cellValue('created', row(), 'Europe/London')).toBe('2026-07-03 00:30:00')
})

test('shows what the customer saw of a charge and of a refund', () => {
  const seen = { facing_amount: 2_000n, facing_currency: 'eur', refund_amount: 500n }
  expect(cellValue('customer_facing_amount', row(seen), 'UTC')).toBe('-5.00')
  expect(cellValue('customer_facing_amount', row({ ...seen, reporting_category: 'charge' }), 'UTC')).toBe(
    '20.00',
  )
  expect(cellValue('customer_facing_amount', row({ ...seen, reporting_category: 'fee' }), 'UTC')).toBe('')
})

test("knows the reports by our name and by Stripe's", () => {
  for (const name of [
    'balance_summary',
    'balance.summary.1',
    'balance_change_from_activity.itemized',
    'balance_change_from_activity.itemized.3',
    'payout_reconciliation.itemized.5',
    'ending_balance_reconciliation.itemized.4',
  ])
    expect(REPORT_NAME.test(name)).toBe(true)
  for (const name of [
    'balance',
    'payouts.itemized.3',
    'balance_summary.itemized',
    'payout_reconciliation.itemized.5x',
  ])
    expect(REPORT_NAME.test(name)).toBe(false)
  expect(itemizedType('payout_reconciliation.itemized.5')).toBe(
    itemizedType('payout_reconciliation.itemized'),
  )
  const known = new Set(knownColumns())
  for (const name of [
    'balance_change_from_activity',
    'payout_reconciliation',
    'ending_balance_reconciliation',
  ])
    expect(itemizedType(`${name}.itemized`)?.columns.every((column) => known.has(column))).toBe(true)
})

test('a summary has four lines per currency and adds up', () => {
  expect(
    summaryLines(
      [
        { currency: 'gbp', before: 500n, activity: 1_250n, payouts: -2_000n },
        { currency: 'jpy', before: 0n, activity: 700n, payouts: 0n },
      ],
      '2026-03-02',
      '2026-03-03',
    ).map(([category, , amount, currency]) => `${category} ${amount} ${currency}`),
  ).toEqual([
    'starting_balance 5.00 gbp',
    'activity 12.50 gbp',
    'payouts -20.00 gbp',
    'ending_balance -2.50 gbp',
    'starting_balance 0 jpy',
    'activity 700 jpy',
    'payouts 0 jpy',
    'ending_balance 700 jpy',
  ])
})
