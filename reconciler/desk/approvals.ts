import { newId } from '#core/ids.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Desk, DeskException, Resolution } from './desk-exception.ts'
import type { ResolutionPlan, Wish } from './plan-resolution.ts'
import type { DeskRequest } from '../domain/desk-tiers.ts'
import { planOf, postingsOfPlan } from '../domain/settle.ts'

const insertApproval = loadSql(import.meta.url, '../sql/exception_approval_insert.sql')
const listApprovals = loadSql(import.meta.url, '../sql/exception_approvals_list.sql')
const decideApproval = loadSql(import.meta.url, '../sql/exception_approval_decide.sql')

/** A request for a second person, whatever became of it. */
export interface ApprovalRow {
  readonly id: string
  readonly exception_id: string
  readonly counterpart_id: string | null
  readonly resolution: Resolution
  readonly reason: string
  readonly note: string | null
  readonly account: string | null
  readonly write_off_rest: boolean
  /** JSON of the postings, as `planOf` writes them, with PostgreSQL's spaces. */
  readonly plan: string
  readonly status: 'pending' | 'approved' | 'rejected' | 'expired'
  readonly requested_by: string
  readonly requested_name: string
  readonly requested_at: Date
  readonly decided_by: string | null
  readonly decided_name: string | null
  readonly decided_at: Date | null
  readonly decision_note: string | null
}

/** Requests about an exception, newest first. */
export const readApprovals = async (db: Db, exceptionId: string): Promise<ApprovalRow[]> =>
  db.rows<ApprovalRow>(listApprovals, [exceptionId])

/** Stores a request with the entry that it would post; answers its id. An exception has one pending request at most. */
export const askForApproval = async (
  desk: Desk,
  exception: DeskException,
  wish: Wish,
  plan: ResolutionPlan,
): Promise<string> => {
  const id = newId(desk.env, 'approval')
  await desk.db.run(insertApproval, [
    id,
    exception.id,
    wish.counterpartId,
    wish.resolution,
    wish.reason,
    wish.note,
    wish.account,
    wish.writeOffRest,
    planOf(plan.postings),
    desk.actor.actorId,
    desk.actor.name,
    desk.now,
  ])
  return id
}

/** Ends a pending request; false when somebody ended it before. An expired one was ended by nobody. */
export const decide = async (
  desk: Desk,
  approvalId: string,
  status: 'approved' | 'rejected' | 'expired',
  note: string | null,
): Promise<boolean> => {
  const by = status === 'expired' ? [null, null] : [desk.actor.actorId, desk.actor.name]
  return (await desk.db.run(decideApproval, [approvalId, status, ...by, desk.now, note])) === 1
}

/** True when the stored request would post exactly the postings of the plan. */
export const isSamePlan = (approval: ApprovalRow, plan: ResolutionPlan): boolean =>
  JSON.stringify(JSON.parse(approval.plan)) === planOf(plan.postings)

/** The request as the shop's tiers look at it. */
export const requestOf = ({ resolution, plan }: ApprovalRow): DeskRequest => ({
  resolution,
  postings: postingsOfPlan(plan),
})

/** The wish that the request stands for. */
export const wishOf = (approval: ApprovalRow): Wish => ({
  resolution: approval.resolution,
  reason: approval.reason,
  note: approval.note,
  account: approval.account,
  counterpartId: approval.counterpart_id,
  writeOffRest: approval.write_off_rest,
})
