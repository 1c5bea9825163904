import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const insert = loadSql(import.meta.url, '../sql/exception_history_insert.sql')

/** A line of an exception's history: its state after the change, and what the change was. */
export interface HistoryLine {
  readonly id: string
  readonly version: number
  readonly change: string
  readonly status: 'open' | 'resolved'
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
  readonly why: string | null
}

/** Who changed it: a run, a person by a token, or the passing of time. */
export type ChangedBy =
  | { readonly kind: 'run'; readonly runId: string }
  | { readonly kind: 'person'; readonly actorId: string; readonly name: string }
  | { readonly kind: 'age'; readonly runId: string | null }

/** Amounts as JSON integers, as on the wire; as text beyond what JSON keeps exactly. */
const amountAsJson = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'bigint') return value
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
}

/** Adds lines to the history, which nobody can change afterwards. Each line is the exception's next version. */
export const insertHistory = async (
  db: Db,
  lines: readonly HistoryLine[],
  at: Date,
  by: ChangedBy,
): Promise<void> => {
  if (lines.length === 0) return
  const shown = lines.map((line) => ({
    id: line.id,
    version: line.version,
    change: line.change,
    status: line.status,
    expected: line.expected,
    actual: line.actual,
    difference: line.difference,
    before: line.before,
    after: line.after,
    why: line.why,
  }))
  const person = by.kind === 'person' ? [by.actorId, by.name] : [null, null]
  const run = by.kind === 'person' ? null : by.runId
  await db.run(insert, [JSON.stringify(shown, amountAsJson), run, at, by.kind, ...person])
}
