import type { Env } from '../env.ts'
import { invariant } from '../errors.ts'
import { newId } from '../ids.ts'
import { sumByCurrency } from '../money.ts'
import type { Db } from '../postgres/db.ts'
import { loadSql } from '../postgres/sql.ts'

const insertEntry = loadSql(import.meta.url, 'sql/journal_entry_insert.sql')

/** One leg of an entry; debits positive (architecture §4). */
export interface Posting {
  readonly account: string
  /** The Stripe object that a clearing or suspense posting is about. */
  readonly object?: string
  readonly currency: string
  readonly amountMinor: bigint
}

/** What is posted, once per (kind, sourceId, revision). */
export interface Entry {
  readonly kind: string
  readonly sourceId: string
  readonly revision?: number
  readonly occurredAt: Date
  readonly businessDate: string
  readonly cause: { readonly kind: 'event' | 'call' | 'run' | 'person'; readonly id: string }
  readonly corrects?: string
  readonly saleId?: string
  readonly paymentId?: string
  readonly traceId?: string
  readonly postings: readonly Posting[]
}

/**
 * Posts an entry in the caller's database transaction. Answers its id, or undefined when the same fact was posted before.
 * Postings of 0 are left out; an entry that does not sum to 0 per currency is a bug and throws `invariant_violated`.
 */
export const postEntry = async (
  env: Pick<Env, 'clock' | 'random'>,
  db: Db,
  entry: Entry,
): Promise<string | undefined> => {
  const postings = entry.postings.filter((posting) => posting.amountMinor !== 0n)
  for (const [currency, sum] of sumByCurrency(postings)) {
    invariant(sum === 0n, `entry ${entry.kind} ${entry.sourceId} is off by ${sum} ${currency}`)
  }
  const row = await db.first<{ id: string }>(insertEntry, [
    newId(env, 'journalEntry'),
    entry.kind,
    entry.sourceId,
    entry.revision ?? 1,
    entry.occurredAt,
    env.clock.now(),
    entry.businessDate,
    entry.cause.kind,
    entry.cause.id,
    entry.corrects ?? null,
    entry.saleId ?? null,
    entry.paymentId ?? null,
    entry.traceId ?? null,
    postings.map((p) => p.account),
    postings.map((p) => p.object ?? null),
    postings.map((p) => p.currency),
    postings.map((p) => p.amountMinor.toString()),
  ])
  return row?.id
}
