import { COLUMNS } from './columns.ts'

/** Which rows a report lists; the words of sql/report_rows_declare.sql. */
export type RowChoice = 'activity' | 'payouts' | 'unpaid'

/** An itemised report: which rows, and which columns without `columns=`. */
export interface ItemizedType {
  readonly rows: RowChoice
  readonly columns: readonly string[]
}

const BALANCE_COLUMNS = [
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
]

const PAYOUT_COLUMNS = [
  'automatic_payout_id',
  'automatic_payout_effective_at',
  'balance_transaction_id',
  'created',
  'available_on',
  'currency',
  'gross',
  'fee',
  'net',
  'reporting_category',
  'description',
]

const ITEMIZED: Readonly<Record<string, ItemizedType>> = {
  'balance_change_from_activity.itemized': { rows: 'activity', columns: BALANCE_COLUMNS },
  'payout_reconciliation.itemized': { rows: 'payouts', columns: PAYOUT_COLUMNS },
  'ending_balance_reconciliation.itemized': { rows: 'unpaid', columns: BALANCE_COLUMNS },
}

/** Our name of the summary; Stripe writes it with a dot. */
export const BALANCE_SUMMARY = 'balance_summary'

/** Names that a request may use: ours, and Stripe's with any version number (stripe.md §8). */
export const REPORT_NAME = new RegExp(
  `^(?:balance_summary|balance\\.summary|${Object.keys(ITEMIZED)
    .map((name) => name.replaceAll('.', '\\.'))
    .join('|')})(?:\\.\\d{1,3})?$`,
)

/** The name without Stripe's version. */
export const baseName = (name: string): string => {
  const base = name.replace(/\.\d{1,3}$/, '')
  return base === 'balance.summary' ? BALANCE_SUMMARY : base
}

/** The itemised report of that name, or undefined. */
export const itemizedType = (name: string): ItemizedType | undefined => ITEMIZED[baseName(name)]

/** Columns of a report that we can fill, in Stripe's names. */
export const knownColumns = (): string[] => [...COLUMNS.keys()]

/** Our names of all reports. */
export const reportNames = (): string[] => [BALANCE_SUMMARY, ...Object.keys(ITEMIZED)]
