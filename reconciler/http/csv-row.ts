import { isCurrency } from '#core/currencies.ts'
import { csvText } from '#core/http/csv-text.ts'
import { formatMajor } from '#core/money.ts'

/** A balance transaction with what the report says of it. */
export interface ExportRow {
  readonly id: string
  readonly stripe_created: Date
  readonly available_on: Date
  readonly currency: string
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
  readonly reporting_category: string
  readonly source: string | null
  readonly description: string | null
  readonly payout_id: string | null
  readonly arrival_at: Date | null
  readonly charge_id: string | null
  readonly stripe_payment_intent: string | null
  readonly state: string | null
  readonly counterpart: string | null
  readonly category: string | null
  readonly bank_trace_id: string | null
  readonly bank_trace_status: string | null
}

/**
 * Columns of Stripe's `balance_change_from_activity.itemized` in its order, then our own three, then Stripe's for the bank's
 * reference of the payout: columns only ever come after those that were there.
 */
export const CSV_COLUMNS = [
  'balance_transaction_id',
  'created_utc',
  'created',
  'available_on_utc',
  'available_on',
  'currency',
  'gross',
  'fee',
  'net',
  'reporting_category',
  'source_id',
  'description',
  'automatic_payout_id',
  'automatic_payout_effective_at_utc',
  'charge_id',
  'payment_intent_id',
  'state',
  'counterpart',
  'category',
  'trace_id',
  'trace_id_status',
] as const

/** `YYYY-MM-DD HH:MM:SS` on the wall clock of `zone`, as Stripe's reports write instants. */
export const wallClock = (at: Date, zone: string): string => {
  const known = formatters.get(zone)
  const made =
    known ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  if (!known) formatters.set(zone, made)
  return made.format(at)
}

/** One per zone: making them is slower than a thousand lines. */
const formatters = new Map<string, Intl.DateTimeFormat>()

/** A currency that the platform cannot count has two decimals, as Stripe's all have that are on no list of exceptions. */
const major = (amount: bigint, currency: string): string =>
  formatMajor(amount, isCurrency(currency) ? currency : 'usd')

/** One line of the export; amounts in major units as Stripe's reports have them (stripe.md §8). */
export const toCsvRow = (row: ExportRow, zone: string): string[] => [
  csvText(row.id),
  wallClock(row.stripe_created, 'UTC'),
  wallClock(row.stripe_created, zone),
  wallClock(row.available_on, 'UTC'),
  wallClock(row.available_on, zone),
  csvText(row.currency),
  major(row.amount, row.currency),
  major(row.fee, row.currency),
  major(row.net, row.currency),
  csvText(row.reporting_category),
  csvText(row.source),
  csvText(row.description),
  csvText(row.payout_id),
  row.arrival_at === null ? '' : wallClock(row.arrival_at, 'UTC'),
  csvText(row.charge_id),
  csvText(row.stripe_payment_intent),
  row.state ?? '',
  csvText(row.counterpart),
  row.category ?? '',
  csvText(row.bank_trace_id),
  csvText(row.bank_trace_status),
]
