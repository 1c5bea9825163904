import { businessDateOf } from '#core/business-date.ts'
import type { Env } from '#core/env.ts'
import { invariant } from '#core/errors.ts'
import { postEntries } from '#core/ledger/post-entries.ts'
import type { Entry } from '#core/ledger/post-entry.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { postingsOfPlan, reversed } from '../domain/settle.ts'

const listEntries = loadSql(import.meta.url, '../sql/adjustment_entries_list.sql')

/** Kinds of the entries that the desk posts; neither is a movement that Stripe would have to answer (migration 0019). */
export const ADJUSTMENT = 'exception_adjustment'
export const ADJUSTMENT_REVERSAL = 'exception_adjustment_reversal'

interface AdjustmentRow {
  readonly id: string
  readonly source_id: string
  readonly revision: number
  readonly payment_id: string | null
  readonly sale_id: string | null
  readonly plan: string
}

/**
 * Takes back adjustment entries to the cent, each by an entry of today that corrects it. An entry is taken back at most
 * once: a second try throws `invariant_violated`, and the caller's database transaction with it.
 */
export const reverseAdjustments = async (
  env: Env,
  db: Db,
  entryIds: readonly string[],
  why: { readonly cause: Entry['cause']; readonly at: Date; readonly zone: string },
): Promise<number> => {
  if (entryIds.length === 0) return 0
  const rows = await db.rows<AdjustmentRow>(listEntries, [entryIds])
  invariant(rows.length === new Set(entryIds).size, `not all of ${entryIds.join(', ')} are adjustments`)
  const posted = await postEntries(
    env,
    db,
    rows.map((row) => ({
      kind: ADJUSTMENT_REVERSAL,
      sourceId: row.source_id,
      revision: row.revision,
      occurredAt: why.at,
      businessDate: businessDateOf(why.at, why.zone),
      cause: why.cause,
      corrects: row.id,
      ...(row.payment_id === null ? {} : { paymentId: row.payment_id }),
      ...(row.sale_id === null ? {} : { saleId: row.sale_id }),
      postings: reversed(postingsOfPlan(row.plan)),
    })),
  )
  invariant(
    posted.every((id) => id !== undefined),
    'an adjustment was taken back before',
  )
  return posted.length
}
