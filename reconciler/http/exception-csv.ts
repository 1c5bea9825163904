import { stringify } from 'csv-stringify/sync'
import { isCurrency } from '#core/currencies.ts'
import { formatMajor } from '#core/money.ts'
import { explainException } from '../domain/explain.ts'
import { csvText } from '#core/http/csv-text.ts'
import type { ListedException } from './exception-wire.ts'

/** Columns of the desk's export, in this order. */
export const EXCEPTION_COLUMNS = [
  'id',
  'status',
  'severity',
  'category',
  'date',
  'occurred_at_utc',
  'age_hours',
  'due_at_utc',
  'overdue',
  'owner',
  'currency',
  'expected',
  'actual',
  'difference',
  'object',
  'payment_id',
  'resolution',
  'reason',
  'resolved_by',
  'resolved_at_utc',
  'last_note',
  'text',
] as const

/** A currency that the platform cannot count has two decimals, as Stripe's all have that are on no list of exceptions. */
const major = (amount: bigint, currency: string): string =>
  formatMajor(amount, isCurrency(currency) ? currency : 'usd')

const HOUR_MS = 3_600_000

/** One exception as a line; ages are counted at `now`, amounts are in major units, and no text can run as a formula. */
const toRow = (row: ListedException, now: Date): string[] => [
  row.id,
  row.status,
  row.severity,
  row.category,
  row.business_date,
  row.occurred_at.toISOString(),
  String(Math.max(0, Math.floor(((row.resolved_at ?? now).getTime() - row.occurred_at.getTime()) / HOUR_MS))),
  row.due_at.toISOString(),
  String(row.status === 'open' && row.due_at < now),
  csvText(row.owner),
  row.currency,
  major(row.expected, row.currency),
  major(row.actual, row.currency),
  major(row.difference, row.currency),
  csvText(row.object),
  row.payment_id ?? '',
  row.resolution ?? '',
  row.reason ?? '',
  csvText(row.resolved_by_name),
  row.resolved_at?.toISOString() ?? '',
  csvText(row.last_note?.text ?? null),
  csvText(explainException(row)),
]

/** Lines of CSV (RFC 4180: CRLF). */
export const exceptionLines = (rows: readonly ListedException[], now: Date): string =>
  stringify(
    rows.map((row) => toRow(row, now)),
    { record_delimiter: '\r\n' },
  )

/** The line above them. */
export const exceptionHead = (): string => stringify([[...EXCEPTION_COLUMNS]], { record_delimiter: '\r\n' })
