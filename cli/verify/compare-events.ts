import type { ClickHouse } from '#core/clickhouse/client.ts'
import type { Database } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { EVENT_COLUMNS, toEventRow, type StoredEvent } from '../../ingest/relay/event-rows.ts'

const selectPage = loadSql(import.meta.url, '../sql/event_select_page.sql')

/** Rows per page: two pages stand in memory at a time. */
const PAGE_ROWS = 5_000

const selectClickHousePage = `
  SELECT ${EVENT_COLUMNS.join(', ')} FROM payment_events_raw_v1 FINAL
  WHERE event_id > {after:String} AND event_id <= {upto:String} ORDER BY event_id`

const asText = (column: string, value: unknown): string =>
  column.endsWith('_at')
    ? new Date(
        String(value).endsWith('Z') ? String(value) : `${String(value).replace(' ', 'T')}Z`,
      ).toISOString()
    : String(value)

const differs = (expected: readonly unknown[], row: Record<string, unknown>): boolean =>
  EVENT_COLUMNS.some((column, index) => asText(column, expected[index]) !== asText(column, row[column]))

const comparePage = (page: readonly StoredEvent[], rows: readonly Record<string, unknown>[]): string[] => {
  const found = new Map(rows.map((row) => [String(row['event_id']), row]))
  const problems: string[] = []
  for (const event of page) {
    const row = found.get(event.id)
    found.delete(event.id)
    if (!row) problems.push(`${event.id} is missing in ClickHouse`)
    else if (differs(toEventRow(event), row)) problems.push(`${event.id} differs`)
  }
  return [...problems, ...[...found.keys()].map((id) => `${id} is only in ClickHouse`)]
}

/** Compares every event with its row in ClickHouse, column by column, both ways. Answers how many and what is wrong. */
export const compareEvents = async (
  db: Database,
  clickhouse: ClickHouse,
): Promise<{ count: number; problems: string[] }> => {
  const problems: string[] = []
  let count = 0
  let after = ''
  for (;;) {
    const page = await db.rows<StoredEvent>(selectPage, [after, PAGE_ROWS])
    // Above every id once the last page was read, so that rows beyond it are seen too.
    const upto = page.length < PAGE_ROWS ? '~' : (page.at(-1)?.id ?? '~')
    problems.push(...comparePage(page, await clickhouse.rows(selectClickHousePage, { after, upto })))
    count += page.length
    if (page.length < PAGE_ROWS) return { count, problems }
    after = upto
  }
}
