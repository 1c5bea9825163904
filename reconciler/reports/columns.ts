import { csvText } from '#core/http/csv-text.ts'
import { wallClock } from '../http/csv-row.ts'
import { major } from '../page/layout.ts'
import type { ReportRow } from './report-row.ts'

/** What a cell says, before any writing guards or quotes it. */
type Cell = (row: ReportRow, zone: string) => string | null

interface Column {
  readonly cell: Cell
  /** A text of others, which a spreadsheet could take for a formula; the rest is numbers and instants of our own writing. */
  readonly isText: boolean
}

const text = (cell: Cell): Column => ({ cell, isText: true })
const figure = (cell: Cell): Column => ({ cell, isText: false })

const utc = (at: Date | null): string => (at === null ? '' : wallClock(at, 'UTC'))
const local = (at: Date | null, zone: string): string => (at === null ? '' : wallClock(at, zone))

/** What the customer saw: the charge's or refund's own amount and currency, before any exchange. */
const facing = (row: ReportRow): bigint | null => {
  if (row.reporting_category === 'refund' && row.refund_amount !== null) return -row.refund_amount
  return row.reporting_category === 'charge' ? row.facing_amount : null
}

/** When Stripe made the charge: of its own events, since our payment's time is another one. Null when none of them came. */
const chargeCreated = ({ charge_event: event }: ReportRow): Date | null => {
  if (event === null) return null
  const { data } = JSON.parse(event) as { data?: { object?: { created?: unknown } } }
  const seconds = data?.object?.created
  return typeof seconds === 'number' ? new Date(seconds * 1000) : null
}

/**
 * Every column that we can fill, in Stripe's names and meanings (stripe.md §8: gross = amount; amounts in major units as
 * numbers, with their sign), then a few of our own.
 */
export const COLUMNS: ReadonlyMap<string, Column> = new Map<string, Column>([
  ['automatic_payout_id', text((row) => row.payout_id)],
  ['automatic_payout_effective_at_utc', figure((row) => utc(row.arrival_at))],
  ['automatic_payout_effective_at', figure((row, zone) => local(row.arrival_at, zone))],
  ['balance_transaction_id', text((row) => row.id)],
  ['created_utc', figure((row) => utc(row.stripe_created))],
  ['created', figure((row, zone) => local(row.stripe_created, zone))],
  ['available_on_utc', figure((row) => utc(row.available_on))],
  ['available_on', figure((row, zone) => local(row.available_on, zone))],
  ['currency', text((row) => row.currency)],
  ['gross', figure((row) => major(row.amount, row.currency))],
  ['fee', figure((row) => major(row.fee, row.currency))],
  ['net', figure((row) => major(row.net, row.currency))],
  ['reporting_category', text((row) => row.reporting_category)],
  ['source_id', text((row) => row.source)],
  ['description', text((row) => row.description)],
  [
    'customer_facing_amount',
    figure((row) => {
      const amount = facing(row)
      return amount === null ? '' : major(amount, row.facing_currency ?? row.currency)
    }),
  ],
  ['customer_facing_currency', text((row) => (facing(row) === null ? '' : row.facing_currency))],
  ['charge_id', text((row) => row.charge_id)],
  ['payment_intent_id', text((row) => row.payment_intent_id)],
  ['charge_created_utc', figure((row) => utc(chargeCreated(row)))],
  ['charge_created', figure((row, zone) => local(chargeCreated(row), zone))],
  ['card_brand', text((row) => row.card_brand)],
  ['dispute_reason', text((row) => row.dispute_reason)],
  ['trace_id', text((row) => row.bank_trace_id)],
  ['trace_id_status', text((row) => row.bank_trace_status)],
  ['payment_metadata[tillwatch_payment]', text((row) => row.payment_id)],
  ['payment_metadata[tillwatch_sale]', text((row) => row.sale_id)],
  // Ours: Stripe's balance transaction has them, its reports do not; and the till that took the payment.
  ['type', text((row) => row.type)],
  ['balance_type', text((row) => row.balance_type)],
  ['exchange_rate', figure((row) => row.exchange_rate)],
  ['till_id', text((row) => row.till_id)],
])

/** Columns that need an event of the charge, which is long: it is read for them alone. */
const OF_THE_CHARGE: ReadonlySet<string> = new Set(['charge_created_utc', 'charge_created'])

/** Whether one of the columns needs `charge_event`. */
export const needsChargeEvent = (columns: readonly string[]): boolean =>
  columns.some((column) => OF_THE_CHARGE.has(column))

/**
 * Columns of what is kept only as it is now: Stripe moves an arrival, learns the bank's reference days later, and completes a
 * card or a dispute. A report of an earlier moment is without them, for it must say the same whenever it is asked.
 */
export const PRESENT_ONLY: ReadonlySet<string> = new Set([
  'automatic_payout_effective_at_utc',
  'automatic_payout_effective_at',
  'card_brand',
  'dispute_reason',
  'trace_id',
  'trace_id_status',
])

/** A column's value of a row as it is; empty when there is none, or no such column. */
export const cellValue = (column: string, row: ReportRow, zone: string): string =>
  COLUMNS.get(column)?.cell(row, zone) ?? ''

/** A value as CSV may hold it: texts of others are guarded against formulas, numbers stay numbers. */
export const guarded = (column: string, value: string): string =>
  COLUMNS.get(column)?.isText === false ? value : csvText(value)
