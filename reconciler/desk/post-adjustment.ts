import { businessDateOf } from '#core/business-date.ts'
import { invariant } from '#core/errors.ts'
import { postEntry, type Posting } from '#core/ledger/post-entry.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Desk, DeskException } from './desk-exception.ts'
import { ADJUSTMENT } from './reverse-adjustments.ts'

const nextRevision = loadSql(import.meta.url, '../sql/adjustment_next_revision.sql')

/** Posts the entry that resolves an exception: it names the exception, today's date and the person who let it be posted. */
export const postAdjustment = async (
  { env, db, shop, actor, now }: Desk,
  exception: DeskException,
  postings: readonly Posting[],
): Promise<string> => {
  const row = await db.first<{ revision: number }>(nextRevision, [exception.id])
  const entry = await postEntry(env, db, {
    kind: ADJUSTMENT,
    sourceId: exception.id,
    revision: row?.revision ?? 1,
    occurredAt: now,
    businessDate: businessDateOf(now, shop.account.zone),
    cause: { kind: 'person', id: actor.actorId },
    ...(exception.payment_id === null ? {} : { paymentId: exception.payment_id }),
    postings,
  })
  invariant(entry, `adjustment of ${exception.id} was posted before`)
  return entry
}
