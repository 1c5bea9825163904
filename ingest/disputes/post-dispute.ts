import type Stripe from 'stripe'
import { businessDateOf } from '#core/business-date.ts'
import { postEntry, type Posting } from '#core/ledger/post-entry.ts'
import type { Db } from '#core/postgres/db.ts'
import { isLost, movementsOf, type DisputeMovement, type FundsMoved } from '../domain/dispute-state.ts'
import { disputeLossPostings, disputePostings } from '../domain/journal.ts'
import type { RecordDeps, RecordedBy } from '../record/recorded-by.ts'
import type { KnownDispute } from './dispute-row.ts'
import type { DisputedPayment } from './lock-disputed.ts'

/** What every entry of a dispute is about. */
interface About {
  readonly dispute: Stripe.Dispute
  readonly payment: DisputedPayment
  readonly by: RecordedBy
}

const post = async (
  deps: RecordDeps,
  db: Db,
  { dispute, payment, by }: About,
  entry: { kind: string; revision: number; at: Date; postings: Posting[] },
): Promise<void> => {
  const id = await postEntry(deps.env, db, {
    kind: entry.kind,
    sourceId: dispute.id,
    revision: entry.revision,
    occurredAt: entry.at,
    businessDate: businessDateOf(entry.at, deps.shop.account.zone),
    cause: by.cause,
    saleId: payment.sale_id,
    paymentId: payment.id,
    traceId: payment.trace_id,
    postings: entry.postings,
  })
  if (id !== undefined) db.afterCommit(() => deps.metrics.ledgerEntries.inc({ kind: entry.kind }))
}

const outstandingOf = (known: KnownDispute): bigint => known.amount_withdrawn - known.amount_reinstated

const postMovement = async (
  deps: RecordDeps,
  db: Db,
  about: About,
  known: KnownDispute,
  movement: DisputeMovement,
): Promise<KnownDispute> => {
  const { dispute } = about
  const isOut = movement.direction === 'out'
  // A dispute that is won brings back what it took, also when the sum it is about was changed meanwhile.
  const amount = movement.amount ?? (isOut ? BigInt(dispute.amount) : outstandingOf(known))
  const direction = isOut ? 'withdrawn' : 'reinstated'
  const revision = (isOut ? known.withdrawals : known.reinstatements) + 1
  const at = movement.at ?? about.by.at ?? deps.env.clock.now()
  const postings = disputePostings(dispute.id, dispute.currency, amount, direction)
  if (amount !== 0n) await post(deps, db, about, { kind: `dispute_${direction}`, revision, at, postings })
  return isOut
    ? { ...known, withdrawals: revision, amount_withdrawn: known.amount_withdrawn + amount }
    : { ...known, reinstatements: revision, amount_reinstated: known.amount_reinstated + amount }
}

const postLoss = async (
  deps: RecordDeps,
  db: Db,
  about: About,
  known: KnownDispute,
): Promise<KnownDispute> => {
  const lost = isLost(known.status) ? outstandingOf(known) : 0n
  const more = lost - known.amount_lost
  if (more === 0n) return known
  const { dispute, by } = about
  const revision = known.write_offs + 1
  const at = by.at ?? deps.env.clock.now()
  const postings = disputeLossPostings(dispute.id, dispute.currency, more)
  await post(deps, db, about, { kind: 'dispute_lost', revision, at, postings })
  return { ...known, amount_lost: lost, write_offs: revision }
}

/**
 * Posts what a snapshot proves to have moved and nobody has posted: each withdrawal and each reinstatement once, in any order of
 * snapshots, and, once the dispute is lost, what is still gone as an expense; that is taken back when the decision is turned.
 * `known` is the dispute as it is after the snapshot; answers it with what is posted then. The caller holds its lock.
 */
export const postDispute = async (
  deps: RecordDeps,
  db: Db,
  about: About,
  known: KnownDispute,
  funds: FundsMoved,
): Promise<KnownDispute> => {
  const movements = movementsOf(about.dispute, funds)
  const fresh = [
    ...movements.filter(({ direction }) => direction === 'out').slice(known.withdrawals),
    ...movements.filter(({ direction }) => direction === 'in').slice(known.reinstatements),
  ]
  let posted = known
  for (const movement of movements) {
    if (fresh.includes(movement)) posted = await postMovement(deps, db, about, posted, movement)
  }
  return postLoss(deps, db, about, posted)
}
