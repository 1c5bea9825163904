import type Stripe from 'stripe'
import { submitObject } from '#core/inbox/submit-object.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { METADATA } from '#core/stripe-client.ts'
import { CATEGORY_RULES } from '../domain/categories.ts'
import type { PulledPayout } from './pull-payouts.ts'
import { askAll, orMissing, type SeenRow } from './stripe-rows.ts'

const listUnknown = loadSql(import.meta.url, '../sql/movements_list_unknown_sources.sql')
const listStatus = loadSql(import.meta.url, '../sql/payouts_list_status.sql')

/** How far a payout has come; a held payout that shows an earlier state again is no news. */
const PAYOUT_RANK: Readonly<Record<string, number>> = {
  pending: 0,
  in_transit: 1,
  paid: 2,
  failed: 3,
  canceled: 3,
}

const isNews = (payout: PulledPayout, known: string | undefined): boolean =>
  known === undefined || (PAYOUT_RANK[payout.status] ?? 0) > (PAYOUT_RANK[known] ?? 0)

const fetchSource = async (
  stripe: Stripe,
  id: string,
): Promise<Stripe.Charge | Stripe.Refund | undefined> => {
  if (id.startsWith('ch_') || id.startsWith('py_')) return orMissing(stripe.charges.retrieve(id))
  if (id.startsWith('re_') || id.startsWith('pyr_')) return orMissing(stripe.refunds.retrieve(id))
  return undefined
}

/** Charges and refunds that Stripe booked, that name a payment of ours, and that the ledger does not know. */
const lostObjects = async (
  deps: Pick<Deps, 'stripe' | 'db'>,
  rows: readonly SeenRow[],
): Promise<(Stripe.Charge | Stripe.Refund)[]> => {
  const sources = rows
    .filter((row) => CATEGORY_RULES.get(row.category)?.answeredBy !== undefined)
    .map(({ source }) => source)
    .filter((source) => source !== null && !source.startsWith('po_'))
  if (sources.length === 0) return []
  const unknown = await deps.db.rows<{ source: string }>(listUnknown, [[...new Set(sources)]])
  const objects = await askAll(unknown, async ({ source }) => fetchSource(deps.stripe, source))
  return objects
    .filter((object) => object !== undefined)
    .filter((object) => object.metadata?.[METADATA.payment] !== undefined)
}

/**
 * Puts into the inbox what Stripe has and the platform missed: lost charges and refunds, and payouts in a later state. True
 * when anything new was accepted; the caller drains the inbox then.
 */
export const submitMissed = async (
  deps: Pick<Deps, 'stripe' | 'db' | 'env' | 'wakeups'>,
  rows: readonly SeenRow[],
  payouts: readonly PulledPayout[],
): Promise<boolean> => {
  const known = await deps.db.rows<{ id: string; status: string }>(listStatus, [payouts.map(({ id }) => id)])
  const statusOf = new Map(known.map(({ id, status }) => [id, status]))
  const news = payouts.filter((payout) => isNews(payout, statusOf.get(payout.id))).map(({ object }) => object)
  let accepted = false
  for (const object of [...(await lostObjects(deps, rows)), ...news]) {
    const id = await submitObject(deps.env, deps.db, { source: 'reconciler', object })
    accepted ||= id !== undefined
  }
  if (accepted) deps.wakeups.wake('inbox')
  return accepted
}
