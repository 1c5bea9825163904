import { seesTill, type Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { mayAgreeTo } from '../domain/refund-tiers.ts'
import { tiersOf } from './ask-second.ts'

const lockRow = loadSql(import.meta.url, 'sql/refund_approval_lock.sql')
const decideRow = loadSql(import.meta.url, 'sql/refund_approval_decide.sql')
const readPerson = loadSql(import.meta.url, 'sql/actor_person.sql')

/** A request for a second person, as it stands behind its lock. */
export interface RefundApproval {
  readonly id: string
  readonly payment_id: string
  readonly amount: bigint
  readonly currency: string
  readonly reason: string
  readonly in_cash: boolean
  readonly cashier_ref: string | null
  readonly status: 'pending' | 'approved' | 'rejected'
  readonly requested_by: string
  readonly requested_person: string | null
  readonly expires_at: Date
  readonly till_id: string
}

/** Locks a request that the caller may decide on. Throws `not_found`, `invalid_state` when it is decided, `approval_expired`. */
export const lockPending = async (
  { env }: Pick<Deps, 'env'>,
  db: Db,
  principal: Principal,
  id: string,
): Promise<RefundApproval> => {
  const row = await db.first<RefundApproval>(lockRow, [id])
  if (!row || !seesTill(principal, row.till_id)) throw new TillwatchError('not_found')
  if (row.status !== 'pending') throw new TillwatchError('invalid_state', `This was ${row.status} already.`)
  if (row.expires_at <= env.clock.now()) throw new TillwatchError('approval_expired')
  return { ...row, amount: BigInt(row.amount) }
}

/** Throws `second_person_required` for whoever asked, by any account of theirs, and `refund_over_limit` beyond one's own tier. */
export const requireSecond = async (
  deps: Deps,
  db: Db,
  { actorId, role }: Principal,
  approval: RefundApproval,
): Promise<void> => {
  const decider = await db.first<{ person: string }>(readPerson, [actorId])
  const isSame =
    approval.requested_by === actorId ||
    (decider !== undefined && decider.person === approval.requested_person)
  if (isSame) throw new TillwatchError('second_person_required')
  const limit = mayAgreeTo(tiersOf(deps), role, approval.currency)
  if (limit !== undefined && approval.amount > limit)
    throw new TillwatchError('refund_over_limit', undefined, { details: { limit: Number(limit) } })
}

interface Decision {
  readonly status: 'approved' | 'rejected'
  readonly note: string | null
  readonly refundId: string | null
}

/** Ends a locked request. */
export const decideRefund = async (
  { env }: Pick<Deps, 'env'>,
  db: Db,
  principal: Principal,
  id: string,
  { status, note, refundId }: Decision,
): Promise<void> => {
  const { actorId, name } = principal
  await db.run(decideRow, [id, status, actorId, name, env.clock.now(), note, refundId])
}
