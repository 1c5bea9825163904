import type Stripe from 'stripe'
import { submitObject } from '#core/inbox/submit-object.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { CATEGORY_RULES } from '../domain/categories.ts'
import { isOrphan, isSecondCharge } from '../domain/claims.ts'
import type { SourceFacts } from '../domain/facts.ts'
import { readClaims, readOwnStatuses, type OwnStatus } from '../publish/read-own-facts.ts'
import { isPayoutNews, isReturned, payoutsShown, RETURNED } from './payout-news.ts'
import { factsOfSource, sourcesOfRows } from './source-facts.ts'
import { secondsOf, type SeenRow } from './stripe-rows.ts'

const listUnknown = loadSql(import.meta.url, '../sql/movements_list_unknown_sources.sql')

type Known = ReadonlyMap<string, OwnStatus>

type Healing = Stripe.Charge | Stripe.Refund | Stripe.Dispute

const isHealing = (object: Stripe.BalanceTransactionSource): object is Healing =>
  object.object === 'charge' || object.object === 'refund' || object.object === 'dispute'

/** A charge with the moment of its row, which alone says when a manual capture was made. */
const withMoment = (object: Healing, { id, createdAt }: SeenRow): Healing => {
  if (object.object !== 'charge' || object.balance_transaction !== id) return object
  const row = { id, object: 'balance_transaction', created: secondsOf(createdAt) }
  return { ...object, balance_transaction: row as Stripe.BalanceTransaction }
}

/** What the rows are about, each once: charges, refunds and disputes. */
const objectsOf = (rows: readonly SeenRow[]): Healing[] => {
  const objects = new Map<string, Healing>()
  for (const row of rows) {
    const object = row.sourceObject
    const isAnswered = CATEGORY_RULES.get(row.category)?.answeredBy !== undefined
    if (!isAnswered || object === null || !isHealing(object)) continue
    const shown = withMoment(object, row)
    if (shown !== object || !objects.has(object.id)) objects.set(object.id, shown)
  }
  return [...objects.values()]
}

/** The charge that an object is of: its own, or the one that it takes money back from. */
const chargeOf = (facts: SourceFacts): SourceFacts =>
  facts.kind === 'charge' ? facts : { ...facts, id: facts.charge ?? facts.id }

/**
 * Of what Stripe booked, what the platform missed. Charges and refunds that the ledger does not know and that name a payment
 * of ours; a refund without that was made in Stripe by hand and is an exception until its own event tells of it. Disputes of
 * our charges, new or with more rows than we saw. Refunds whose money came back.
 */
const lostObjects = async (
  deps: Pick<Deps, 'db'>,
  rows: readonly SeenRow[],
  known: Known,
): Promise<Healing[]> => {
  const objects = objectsOf(rows)
  const unknown = await deps.db.rows<{ source: string }>(listUnknown, [objects.map(({ id }) => id)])
  const unheard = new Set(unknown.map(({ source }) => source))
  const isSuspect = (object: Healing): boolean => {
    const ours = known.get(object.id)
    if (object.object === 'dispute') return object.balance_transactions.length > (ours?.rowsSeen ?? 0)
    if (unheard.has(object.id)) return factsOfSource(object).payment !== null
    return (
      object.object === 'refund' && ours !== undefined && !RETURNED.has(ours.status) && isReturned(object)
    )
  }
  const suspects = objects.filter(isSuspect)
  const charges = suspects.map((object) => chargeOf(factsOfSource(object)))
  const claims = await readClaims(deps.db, [...new Map(charges.map((facts) => [facts.id, facts])).values()])
  return suspects.filter((_object, at) => {
    const claim = claims.get(charges[at]?.id ?? '')
    // What is nobody's of ours is an exception, and nothing that the inbox could apply.
    return claim !== undefined && !isOrphan(claim) && !isSecondCharge(claim)
  })
}

/**
 * Puts into the inbox what Stripe has and the platform missed: lost charges, refunds and disputes, and payouts of which Stripe
 * shows more than we know. `payouts` may be new to us; those of `watched`, and those that rows name, are older: one that we do
 * not know was made before the books began. True when anything new was accepted; the caller drains the inbox then.
 */
export const submitMissed = async (
  deps: Pick<Deps, 'stripe' | 'db' | 'env' | 'wakeups'>,
  rows: readonly SeenRow[],
  payouts: readonly Stripe.Payout[],
  watched: readonly Stripe.Payout[],
): Promise<boolean> => {
  const shown = payoutsShown(rows, [...watched, ...payouts])
  const known = await readOwnStatuses(deps.db, [...sourcesOfRows(rows).keys(), ...shown.keys()])
  const candidates = new Set([...known.keys(), ...payouts.map(({ id }) => id)])
  const news = [...shown.values()].filter(
    (payout) => candidates.has(payout.id) && isPayoutNews(payout, known.get(payout.id)),
  )
  let accepted = false
  for (const object of [...(await lostObjects(deps, rows, known)), ...news]) {
    const id = await submitObject(deps.env, deps.db, { source: 'reconciler', object })
    accepted ||= id !== undefined
  }
  if (accepted) deps.wakeups.wake('inbox')
  return accepted
}
