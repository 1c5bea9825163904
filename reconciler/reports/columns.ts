import { csvText } from '#core/http/csv-text.ts'
import { wallClock } from '../http/csv-row.ts'
import { major } from '../page/layout.ts'
import type { ReportRow } from './report-row.ts'

type Cell = (row: ReportRow, zone: string) => string

const utc = (at: Date | null): string => (at === null ? '' : wallClock(at, 'UTC'))
const local = (at: Date | null, zone: string): string => (at === null ? '' : wallClock(at, zone))

/** What the customer saw: the charge's or refund's own amount and currency, before any exchange. */
const facing = (row: ReportRow): bigint | null => {
  if (row.reporting_category === 'refund' && row.refund_amount !== null) return -row.refund_amount
  return row.reporting_category === 'charge' ? row.facing_amount : null
}

/**
 * Every column that we can fill, in Stripe's names and meanings (stripe.md §8: gross = amount; amounts in major units as
 * numbers, with their sign; texts of others guarded against formulas), then a few of our own.
 */
export const COLUMNS: ReadonlyMap<string, Cell> = new Map<string, Cell>([
  ['automatic_payout_id', (row) => csvText(row.payout_id)],
  ['automatic_payout_effective_at_utc', (row) => utc(row.arrival_at)],
  ['automatic_payout_effective_at', (row, zone) => local(row.arrival_at, zone)],
  ['balance_transaction_id', (row) => csvText(row.id)],
  ['created_utc', (row) => utc(row.stripe_created)],
  ['created', (row, zone) => local(row.stripe_created, zone)],
  ['available_on_utc', (row) => utc(row.available_on)],
  ['available_on', (row, zone) => local(row.available_on, zone)],
  ['currency', (row) => csvText(row.currency)],
  ['gross', (row) => major(row.amount, row.currency)],
  ['fee', (row) => major(row.fee, row.currency)],
  ['net', (row) => major(row.net, row.currency)],
  ['reporting_category', (row) => csvText(row.reporting_category)],
  ['source_id', (row) => csvText(row.source)],
  ['description', (row) => csvText(row.description)],
  [
    'customer_facing_amount',
    (row) => {
      const amount = facing(row)
      return amount === null ? '' : major(amount, row.facing_currency ?? row.currency)
    },
  ],
  ['customer_facing_currency', (row) => (facing(row) === null ? '' : csvText(row.facing_currency))],
  ['charge_id', (row) => csvText(row.charge_id)],
  ['payment_intent_id', (row) => csvText(row.payment_intent_id)],
  ['charge_created_utc', (row) => utc(row.charge_created)],
  ['charge_created', (row, zone) => local(row.charge_created, zone)],
  ['card_brand', (row) => csvText(row.card_brand)],
  ['dispute_reason', (row) => csvText(row.dispute_reason)],
  ['payment_metadata[tillwatch_payment]', (row) => csvText(row.payment_id)],
  ['payment_metadata[tillwatch_sale]', (row) => csvText(row.sale_id)],
  // Ours: Stripe's balance transaction has them, its reports do not; and the till that took the payment.
  ['type', (row) => csvText(row.type)],
  ['balance_type', (row) => csvText(row.balance_type)],
  ['exchange_rate', (row) => row.exchange_rate ?? ''],
  ['till_id', (row) => csvText(row.till_id)],
])
