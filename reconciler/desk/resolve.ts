import { TillwatchError } from '#core/errors.ts'
import { lockedOf, saveExceptions, type Desk, type DeskException } from './desk-exception.ts'
import { toWireAmount } from '#core/money.ts'
import { deskTiersOf, limitAgainst } from '../domain/desk-tiers.ts'
import {
  askForApproval,
  decide,
  isSamePlan,
  readApprovals,
  requestOf,
  wishOf,
  type ApprovalRow,
} from './approvals.ts'
import { planResolution, type ResolutionPlan, type Wish } from './plan-resolution.ts'
import { postAdjustment } from './post-adjustment.ts'

type Locked = ReadonlyMap<string, DeskException>

/** What came of an action that another person may have to agree to. */
export type Outcome = 'done' | 'pending_approval'

const pendingOf = async (desk: Desk, exception: DeskException): Promise<ApprovalRow | undefined> =>
  (await readApprovals(desk.db, exception.id)).find(({ status }) => status === 'pending')

const finish = async (
  desk: Desk,
  exception: DeskException,
  wish: Wish,
  plan: ResolutionPlan,
  locked: Locked,
  besides: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const entry = plan.postings.length === 0 ? null : await postAdjustment(desk, exception, plan.postings)
  const both = wish.counterpartId === null ? [exception] : [exception, lockedOf(locked, wish.counterpartId)]
  const patch = {
    status: 'resolved' as const,
    resolution: wish.resolution,
    reason: wish.reason,
    resolved_by: desk.actor.actorId,
    resolved_by_name: desk.actor.name,
    resolved_at: desk.now,
    adjustment_entry: entry,
  }
  await saveExceptions(desk, both, patch, { change: 'resolved', why: wish.note, besides })
}

/**
 * Resolves a locked open exception as wished, or asks for a second person where money needs one. Throws `invalid_state` or
 * `validation_failed`; nothing is done then.
 */
export const resolve = async (
  desk: Desk,
  exception: DeskException,
  wish: Wish,
  locked: Locked,
): Promise<Outcome> => {
  const plan = await planResolution(desk, exception, wish, locked)
  if (await pendingOf(desk, exception))
    throw new TillwatchError(
      'invalid_state',
      'A second person is asked already; approve or reject that first.',
    )
  if (!plan.needsSecondPerson) {
    await finish(desk, exception, wish, plan, locked, {})
    return 'done'
  }
  const approval = await askForApproval(desk, exception, wish, plan)
  const besides = { approval, resolution: wish.resolution, reason: wish.reason, account: wish.account }
  await saveExceptions(desk, [exception], {}, { change: 'requested', why: wish.note, besides })
  return 'pending_approval'
}

const requirePending = async (desk: Desk, exception: DeskException): Promise<ApprovalRow> => {
  const all = await readApprovals(desk.db, exception.id)
  const pending = all.find(({ status }) => status === 'pending')
  if (pending) return pending
  const [last] = all
  if (last?.status === 'expired' && exception.status === 'open') throw new TillwatchError('approval_expired')
  throw new TillwatchError('invalid_state', 'Nobody waits for a second person here.')
}

/** What the request comes to now, or undefined when the facts do not allow it any more. */
const planAgain = async (
  desk: Desk,
  exception: DeskException,
  approval: ApprovalRow,
  locked: Locked,
): Promise<ResolutionPlan | undefined> => {
  try {
    const plan = await planResolution(desk, exception, wishOf(approval), locked)
    return isSamePlan(approval, plan) ? plan : undefined
  } catch (error) {
    // The same wish was allowed when it was asked for: what forbids it now is a change of the facts.
    if (error instanceof TillwatchError && error.code === 'invalid_state') return undefined
    throw error
  }
}

/** Refuses an amount that is above the role's tier: `refund_over_limit`, as for refunds. */
const requireTier = ({ shop, actor }: Desk, approval: ApprovalRow): void => {
  const limit = limitAgainst(deskTiersOf(shop), requestOf(approval), actor.role)
  if (limit !== undefined)
    throw new TillwatchError('refund_over_limit', undefined, { details: { limit: toWireAmount(limit) } })
}

/**
 * Agrees to what another person asked for, and posts exactly the entry that was shown then. Throws `second_person_required` for
 * the same token or person, and `refund_over_limit` for a role whose tier it exceeds. Answers `expired` when the facts changed in between: the request is ended, nothing is posted.
 */
export const approve = async (
  desk: Desk,
  exception: DeskException,
  locked: Locked,
  note: string | null,
  isSamePerson: (actorId: string) => Promise<boolean>,
): Promise<'done' | 'expired'> => {
  const approval = await requirePending(desk, exception)
  if (approval.requested_by === desk.actor.actorId || (await isSamePerson(approval.requested_by)))
    throw new TillwatchError('second_person_required')
  requireTier(desk, approval)
  const plan = await planAgain(desk, exception, approval, locked)
  if (!plan) {
    await decide(desk, approval.id, 'expired', note)
    const besides = { approval: approval.id }
    await saveExceptions(desk, [exception], {}, { change: 'expired', why: note, besides })
    return 'expired'
  }
  await decide(desk, approval.id, 'approved', note)
  const besides = { approval: approval.id, requested_by: approval.requested_name }
  await finish(desk, exception, wishOf(approval), plan, locked, besides)
  return 'done'
}

/** Ends a request without doing it; whoever asked may so take it back. */
export const reject = async (desk: Desk, exception: DeskException, note: string): Promise<void> => {
  const approval = await requirePending(desk, exception)
  await decide(desk, approval.id, 'rejected', note)
  await saveExceptions(
    desk,
    [exception],
    {},
    { change: 'rejected', why: note, besides: { approval: approval.id } },
  )
}
