import { stringify } from 'csv-stringify/sync'
import type { Machine } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Database } from '#core/postgres/db.ts'
import { eachReportPage, type ReportQuery } from './read-report.ts'
import type { ReportRow } from './report-row.ts'
import { guarded, cellValue } from './columns.ts'
import type { Uncertified } from './certified-dates.ts'
import type { ItemizedType } from './report-types.ts'

/** How lines of values become bytes. */
export interface Writing {
  readonly head: string
  page(lines: readonly (readonly string[])[], first: boolean): string
  readonly foot: string
}

/** RFC 4180: CRLF, quotes where they are needed. */
export const csvText = (lines: readonly (readonly string[])[]): string =>
  stringify(
    lines.map((line) => [...line]),
    { record_delimiter: '\r\n' },
  )

/** CSV with a header line; a text that a spreadsheet would run as a formula is guarded. */
export const asCsv = (columns: readonly string[]): Writing => ({
  head: csvText([columns]),
  page: (lines) => csvText(lines.map((line) => line.map((value, at) => guarded(columns[at] ?? '', value)))),
  foot: '',
})

/**
 * `{"columns":[...],"uncertified_dates":[...],"uncertified_count":0,"data":[{...}]}`; amounts are text in major units as in the
 * CSV, which no float has rounded. Texts are as they are: no spreadsheet reads JSON.
 */
export const asJson = (columns: readonly string[], { dates, count }: Uncertified): Writing => ({
  head: `{"columns":${JSON.stringify(columns)},"uncertified_dates":${JSON.stringify(dates)},"uncertified_count":${count},"data":[`,
  page: (lines, first) => {
    const objects = lines.map((line) =>
      JSON.stringify(Object.fromEntries(columns.map((column, at) => [column, line[at] ?? '']))),
    )
    return objects.length === 0 ? '' : `${first ? '' : ','}${objects.join(',')}`
  },
  foot: ']}',
})

/** A reader that takes nothing for a minute is gone: his connection is needed. */
const STALLED_MS = 60_000

/** Resolves when the reader has taken what was written; throws when he does not in time. */
const taken = async (machine: Machine, writing: Promise<void>): Promise<void> => {
  const done = new AbortController()
  const stalled = machine.sleep(STALLED_MS, done.signal).then(
    () => {
      throw new TillwatchError('internal_error', 'the reader of a report took nothing for a minute')
    },
    () => undefined,
  )
  try {
    await Promise.race([writing, stalled])
  } finally {
    done.abort()
  }
}

interface Sources {
  readonly db: Database
  readonly env: { readonly machine: Machine }
}

/** An itemised report as a stream of UTF-8 that reads on only as fast as it is taken; all of it is of one snapshot. */
export const streamReport = (
  { db, env }: Sources,
  type: ItemizedType,
  query: ReportQuery,
  columns: readonly string[],
  writing: Writing,
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const write = async (text: string) => taken(env.machine, writer.write(encoder.encode(text)))
  let first = true
  const page = async (rows: readonly ReportRow[]) => {
    const lines = rows.map((row) => columns.map((column) => cellValue(column, row, query.zone)))
    await write(writing.page(lines, first))
    first = false
  }
  const pump = async () => {
    await write(writing.head)
    await eachReportPage(db, type.rows, query, page)
    await write(writing.foot)
    await writer.close()
  }
  // A reader that went away, or a database that did, ends the stream with an error: half a report never looks whole.
  pump().catch(async (error: unknown) => writer.abort(error).catch(() => undefined))
  return readable
}
