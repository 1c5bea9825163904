import { Session, drainPending } from 'chdb'
import type { RawInsertFormat } from 'chdb'

/** One statement as it came over HTTP. */
export type Statement = {
  sql: string
  /** Rows after the `FORMAT` of an INSERT; null when the statement is complete in itself. */
  data: Buffer | null
  format: string
  database: string | null
  settings: ReadonlyMap<string, string>
  /** Values of `{name:Type}`, in ClickHouse's escaped text form. */
  params: ReadonlyMap<string, string>
}

/** What a statement gave. Counts are the engine's; elapsed in seconds. */
export type Outcome = {
  bytes: Uint8Array
  elapsed: number
  rowsRead: number
  bytesRead: number
  rowsWritten: number
  bytesWritten: number
}

/** The embedded engine on one data folder. */
export type Engine = { run: (statement: Statement) => Promise<Outcome>; close: () => Promise<void> }

const CONNECTION_ARGS = ['--output_format_json_quote_64bit_integers=1']

/** `INSERT INTO t (a, b) FORMAT X` with a plain table name: its rows can go to the engine without becoming a string. */
const PLAIN_INSERT =
  /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([\w.]+)\s*(?:\(([\w\s,]+)\))?\s*FORMAT\s+(\w+)\s*;?\s*$/i
const RAW_FORMATS: ReadonlySet<string> = new Set<RawInsertFormat>([
  'JSONEachRow',
  'JSONCompactEachRow',
  'CSV',
  'CSVWithNames',
  'TabSeparated',
  'TabSeparatedWithNames',
])

/**
 * Opens the folder. Every statement runs on a connection of its own (0.5 ms; the engine stays open between them), because
 * settings and parameters belong to a connection and would stay set for whoever came next; and because parameters given
 * to the library's own binder are one shared state per process.
 */
export function openEngine(dataDir: string): Engine {
  const connect = () => new Session(dataDir, { connectionArgs: CONNECTION_ARGS })
  const keeper = connect()
  // Fails here, at the start, when the folder cannot be read.
  keeper.query('SELECT 1')
  return {
    run: async (statement) => {
      const connection = connect()
      try {
        return await runOn(connection, statement)
      } finally {
        connection.close()
      }
    },
    close: async () => {
      keeper.close()
      await drainPending()
    },
  }
}

async function runOn(connection: Session, statement: Statement): Promise<Outcome> {
  const before = preamble(statement)
  const raw = statement.data === null ? null : readPlainInsert(statement.sql)
  if (raw !== null && statement.data !== null) {
    if (before !== '') await connection.queryAsync(before)
    const written = await connection.insert({ ...raw, values: statement.data })
    return {
      ...EMPTY,
      elapsed: written.elapsed,
      rowsWritten: written.rowsWritten,
      bytesWritten: written.bytesWritten,
    }
  }
  const body =
    statement.data === null ? statement.sql : `${statement.sql}\n${statement.data.toString('utf8')}`
  const result = await connection.queryAsync(before + body, { format: statement.format })
  const { elapsed, rowsRead, bytesRead } = result
  return { ...EMPTY, bytes: result.bytes(), elapsed, rowsRead, bytesRead }
}

const EMPTY: Outcome = {
  bytes: new Uint8Array(0),
  elapsed: 0,
  rowsRead: 0,
  bytesRead: 0,
  rowsWritten: 0,
  bytesWritten: 0,
}

function preamble(statement: Statement): string {
  const use = statement.database === null ? '' : `USE ${quoteName(statement.database)}; `
  const pairs = [
    ...[...statement.params].map(([name, value]) => `param_${name} = ${quoteText(value)}`),
    ...[...statement.settings].map(([name, value]) => `${name} = ${quoteText(value)}`),
  ]
  return use + (pairs.length === 0 ? '' : `SET ${pairs.join(', ')}; `)
}

function readPlainInsert(sql: string) {
  const found = PLAIN_INSERT.exec(sql)
  const [, table, columns, format] = found ?? []
  if (table === undefined || format === undefined || !RAW_FORMATS.has(format)) return null
  const named = columns === undefined ? {} : { columns: columns.split(',').map((column) => column.trim()) }
  return { table, format: format as RawInsertFormat, ...named }
}

function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
}
