import type Stripe from 'stripe'
import { businessDateOf } from '#core/business-date.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { PayoutState } from '../domain/facts.ts'
import type { Scope } from '../scope.ts'
import { readList } from './read-list.ts'
import type { Stage } from './stage.ts'
import { askAll, instantOf, orMissing, secondsOf, seenRow, type SeenRow } from './stripe-rows.ts'

const listWatched = loadSql(import.meta.url, '../sql/payouts_list_watched.sql')
const listOfRows = loadSql(import.meta.url, '../sql/payouts_list_of_rows.sql')

/** A payout with its items, null while Stripe has not itemised it or never will. */
export interface PulledPayout extends PayoutState {
  readonly object: Stripe.Payout
  readonly items: readonly SeenRow[] | null
  /** Nothing more will come: itemised, or not itemisable. */
  readonly complete: boolean
}

export interface PulledPayouts {
  readonly payouts: readonly PulledPayout[]
  /** Older ones that may still change, as the list showed them: to heal from, and not looked at further. */
  readonly watched: readonly Stripe.Payout[]
  /** Payouts of ours that Stripe does not have. */
  readonly absent: readonly string[]
}

const PAYOUTS = 'payouts'
/**
 * A bank sends a payout back within days of its arrival, and its reference comes up to ten days after it (stripe.md §6; Stripe:
 * `trace_id.status`): with the days until it arrives and a holiday between, three weeks after it was made nothing is to come.
 */
const WATCHED_MS = 21 * 86_400_000
const FAR_FUTURE = new Date('9999-12-31T00:00:00Z')

const isNotReady = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'payout_reconciliation_not_ready'

const listItems = async (
  stripe: Stripe,
  stage: Stage,
  payout: Stripe.Payout,
  zone: string,
  pageSize: number,
): Promise<SeenRow[] | null> => {
  if (!payout.automatic || payout.reconciliation_status !== 'completed') return null
  try {
    const items = await readList<Stripe.BalanceTransaction>(stage, payout.id, pageSize, async (page) =>
      stripe.balanceTransactions.list({ ...page, payout: payout.id, expand: ['data.source'] }),
    )
    return items.map((row) => seenRow(row, zone))
  } catch (error) {
    if (isNotReady(error)) return null
    throw error
  }
}

/** One payout as Stripe shows it, with its items when it has been itemised. */
export const pullPayout = async (
  stripe: Stripe,
  stage: Stage,
  payout: Stripe.Payout,
  zone: string,
  pageSize: number,
): Promise<PulledPayout> => {
  const items = await listItems(stripe, stage, payout, zone, pageSize)
  return {
    id: payout.id,
    currency: payout.currency,
    amount: BigInt(payout.amount),
    status: payout.status,
    createdAt: instantOf(payout.created),
    businessDate: businessDateOf(instantOf(payout.created), zone),
    arrivalAt: instantOf(payout.arrival_date),
    object: payout,
    items,
    complete: items !== null || !payout.automatic || payout.reconciliation_status === 'not_applicable',
  }
}

/** The list of payouts from three weeks before the scope on: what it read anyway, and some pages more at most. */
const listPayouts = async (
  stripe: Stripe,
  stage: Stage,
  scope: Scope,
  pageSize: number,
): Promise<Stripe.Payout[]> => {
  const created = {
    gte: secondsOf(new Date(scope.startAt.getTime() - WATCHED_MS)),
    ...(scope.endAt === null ? {} : { lt: secondsOf(scope.endAt) }),
  }
  return readList<Stripe.Payout>(stage, PAYOUTS, pageSize, async (page) =>
    stripe.payouts.list({ ...page, created }),
  )
}

/**
 * Payouts made in the scope's dates, those of ours that are not settled yet, and those that had one of the rows `touched`,
 * each as Stripe shows it now, with its items; and beside them, without items, those of the three weeks before, whose failure
 * or bank reference may have been told to nobody. One list of payouts, a page of 100 for four a day, the items of each payout
 * looked at, and one question for each that the list did not show. Throws when any page fails.
 */
export const pullPayouts = async (
  deps: Pick<Deps, 'stripe' | 'db'>,
  stage: Stage,
  scope: Scope,
  touched: readonly string[],
  pageSize: number,
): Promise<PulledPayouts> => {
  const { stripe, db } = deps
  const listed = new Map(
    (await listPayouts(stripe, stage, scope, pageSize)).map((payout) => [payout.id, payout]),
  )
  const until = scope.endAt ?? FAR_FUTURE
  const unsettled = await db.rows<{ id: string }>(listWatched, [
    scope.startAt,
    until,
    scope.run.kind === 'nightly',
  ])
  const owners = touched.length === 0 ? [] : await db.rows<{ id: string }>(listOfRows, [touched])
  const wanted = new Set([...unsettled, ...owners].map(({ id }) => id))
  const isLookedAt = ({ id, created }: Stripe.Payout) => created >= secondsOf(scope.startAt) || wanted.has(id)
  const others = [...wanted].filter((id) => !listed.has(id))
  const asked = await askAll(others, async (id) => orMissing(stripe.payouts.retrieve(id)))
  const found = [...listed.values()].filter(isLookedAt)
  const answered = asked.filter((payout) => payout !== undefined)
  const payouts = await askAll([...found, ...answered], async (payout) =>
    pullPayout(stripe, stage, payout, scope.zone, pageSize),
  )
  return {
    payouts,
    watched: [...listed.values()].filter((payout) => !isLookedAt(payout)),
    absent: others.filter((_id, at) => asked[at] === undefined),
  }
}
