import { stringify } from 'csv-stringify/sync'
import type { Deps } from '#core/service.ts'
import { toPaymentWire, type PaymentRow } from '../payments/payment-wire.ts'
import { afterPosition, orderOf, type Position, type Sort } from './list-page.ts'
import { toLine, type ColumnName } from './payment-columns.ts'
import { whereOf, type Condition } from './where.ts'

/** Rows read and sent at once; the whole export is never in memory. */
const CHUNK = 500

interface Wanted {
  readonly conditions: readonly Condition[]
  readonly sort: Sort
  readonly columns: readonly ColumnName[]
}

/**
 * The payments of a list as a stream of CSV in UTF-8 with a header line, row for row what the list shows `role`. Read page by page by the
 * list's own position, so that a payment made meanwhile neither doubles nor hides another.
 */
export const exportPayments = (
  deps: Pick<Deps, 'db'>,
  role: string,
  { conditions, sort, columns }: Wanted,
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  let last: PaymentRow | undefined
  const positionAfter = (row: PaymentRow | undefined): Position | undefined =>
    row &&
    (sort.endsWith('amount')
      ? { amount: Number(row.amount), id: row.id }
      : { at: row.created_at, id: row.id })
  const next = async (): Promise<PaymentRow[]> => {
    const { text, values } = whereOf([...conditions, ...afterPosition(sort, positionAfter(last))], 2)
    return deps.db.rows<PaymentRow>(
      `SELECT p.* FROM payments p WHERE ${text} ORDER BY ${orderOf(sort)} LIMIT $1`,
      [CHUNK, ...values],
    )
  }
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(stringify([[...columns]]))),
    pull: async (controller) => {
      const rows = await next()
      last = rows.at(-1)
      const lines = rows.map((row) => toLine(toPaymentWire(row, role), columns))
      if (lines.length > 0) controller.enqueue(encoder.encode(stringify(lines)))
      if (rows.length < CHUNK) controller.close()
    },
  })
}
