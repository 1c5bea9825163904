import type { Env } from '../env.ts'
import { invariant } from '../errors.ts'
import { newId } from '../ids.ts'
import { sumByCurrency } from '../money.ts'
import type { Db } from '../postgres/db.ts'
import { loadSql } from '../postgres/sql.ts'
import type { Entry } from './post-entry.ts'

const insertEntries = loadSql(import.meta.url, 'sql/journal_entries_insert.sql')

const prepare = (id: string, entry: Entry) => {
  const postings = entry.postings.filter((posting) => posting.amountMinor !== 0n)
  for (const [currency, sum] of sumByCurrency(postings)) {
    invariant(sum === 0n, `entry ${entry.kind} ${entry.sourceId} is off by ${sum} ${currency}`)
  }
  return {
    id,
    kind: entry.kind,
    source_id: entry.sourceId,
    revision: entry.revision ?? 1,
    occurred_at: entry.occurredAt,
    business_date: entry.businessDate,
    cause_kind: entry.cause.kind,
    cause_id: entry.cause.id,
    corrects: entry.corrects,
    sale_id: entry.saleId,
    payment_id: entry.paymentId,
    trace_id: entry.traceId,
    postings: postings.map((p) => ({
      account: p.account,
      object: p.object,
      currency: p.currency,
      amount: p.amountMinor.toString(),
    })),
  }
}

/**
 * `postEntry` for many entries in one statement. Answers one id per entry in the order given, undefined where the same fact
 * was posted before. Entries of one call must not correct each other.
 */
export const postEntries = async (
  env: Pick<Env, 'clock' | 'random'>,
  db: Db,
  entries: readonly Entry[],
): Promise<(string | undefined)[]> => {
  if (entries.length === 0) return []
  const ids = entries.map(() => newId(env, 'journalEntry'))
  const prepared = entries.map((entry, at) => prepare(ids[at] ?? '', entry))
  const rows = await db.rows<{ id: string }>(insertEntries, [JSON.stringify(prepared), env.clock.now()])
  const posted = new Set(rows.map((row) => row.id))
  return ids.map((id) => (posted.has(id) ? id : undefined))
}
