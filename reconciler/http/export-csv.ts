import { stringify } from 'csv-stringify/sync'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { CSV_COLUMNS, toCsvRow, type ExportRow } from './csv-row.ts'

const listRows = loadSql(import.meta.url, '../sql/export_rows_list.sql')

/** Rows read and sent at once; the whole export is never in memory. */
const CHUNK = 500

/** The current balance transactions of the dates [from, to] as a stream of CSV in UTF-8, with a header line. */
export const exportCsv = (
  deps: Pick<Deps, 'db' | 'shop'>,
  from: string,
  to: string,
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  const { zone } = deps.shop.account
  let last: ExportRow | undefined
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode(stringify([[...CSV_COLUMNS]]))),
    pull: async (controller) => {
      const params = [from, to, last?.stripe_created ?? null, last?.id ?? null, CHUNK]
      const rows = await deps.db.rows<ExportRow>(listRows, params)
      last = rows.at(-1)
      if (rows.length > 0) {
        controller.enqueue(encoder.encode(stringify(rows.map((row) => toCsvRow(row, zone)))))
      }
      if (rows.length < CHUNK) controller.close()
    },
  })
}
