import { TOPIC_NAMES, type Topic } from '#core/contracts/stream-topics.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql, type Sql } from '#core/postgres/sql.ts'

/** One thing that happened, small enough to be sent to every open page. */
export interface Change {
  readonly topic: Topic
  readonly type: string
  readonly id: string | null
  readonly at: Date
  /** Till it belongs to; '' when it belongs to the shop as a whole. */
  readonly tillId: string
  /** What a page may show at once. */
  readonly more: Readonly<Record<string, unknown>>
}

const readHeads = loadSql(import.meta.url, 'sql/stream_read_heads.sql')
const SQL: Readonly<Record<Topic, Sql>> = {
  payments: loadSql(import.meta.url, 'sql/stream_read_events.sql'),
  webhooks: loadSql(import.meta.url, 'sql/stream_read_webhooks.sql'),
  exceptions: loadSql(import.meta.url, 'sql/stream_read_exceptions.sql'),
  alerts: loadSql(import.meta.url, 'sql/stream_read_alerts.sql'),
}

/** A number is drawn before its row commits: rows this far back are read again, and told once. */
const LOOK_BACK = 200n
const ROWS_MAX = 1_000

interface Row {
  readonly seq: string
  readonly type: string
  readonly id: string | null
  readonly at: Date
  readonly till_id: string | null
  readonly [more: string]: unknown
}

const toChange = (topic: Topic, { seq: _seq, type, id, at, till_id, ...more }: Row): Change => ({
  topic,
  type,
  id,
  at,
  tillId: till_id ?? '',
  more,
})

/** Reads what is new since the last look, each change once. */
export interface Sources {
  next(): Promise<readonly Change[]>
}

/** Begins behind everything that there is now. */
export const openSources = async (db: Db): Promise<Sources> => {
  const heads = await db.first<Record<Topic, string>>(readHeads)
  const last = new Map(TOPIC_NAMES.map((topic) => [topic, BigInt(heads?.[topic] ?? 0)]))
  const told = new Map(TOPIC_NAMES.map((topic) => [topic, new Set<bigint>()]))
  const begun = new Map(last)

  const nextOf = async (topic: Topic): Promise<Change[]> => {
    const [head, seen, first] = [
      last.get(topic) ?? 0n,
      told.get(topic) ?? new Set<bigint>(),
      begun.get(topic) ?? 0n,
    ]
    const from = head - LOOK_BACK > first ? head - LOOK_BACK : first
    const rows = await db.rows<Row>(SQL[topic], [from.toString(), ROWS_MAX])
    const fresh = rows.filter(({ seq }) => !seen.has(BigInt(seq)))
    for (const { seq } of fresh) seen.add(BigInt(seq))
    const newest = fresh.reduce((max, { seq }) => (BigInt(seq) > max ? BigInt(seq) : max), head)
    last.set(topic, newest)
    for (const number of seen) if (number < newest - LOOK_BACK) seen.delete(number)
    return fresh.map((row) => toChange(topic, row))
  }

  return { next: async () => (await Promise.all(TOPIC_NAMES.map(nextOf))).flat() }
}
