import type { Movement, PayoutState } from './facts.ts'

/** Seconds of grace per kind, from the shop's settings. */
export interface DueTimes {
  readonly charge_s: number
  readonly refund_s: number
  readonly dispute_s: number
  /** After a payout's arrival date. */
  readonly payout_s: number
  /** For the row of a payout itself, after the payout was made or came back. */
  readonly payout_row_s: number
}

/** Seconds that Stripe has to book a movement of the account. */
export const graceOf = (account: string, due: DueTimes): number => {
  if (account === 'clearing:card') return due.charge_s
  if (account === 'clearing:dispute') return due.dispute_s
  return account === 'clearing:payout' ? due.payout_row_s : due.refund_s
}

/** True after the moment by which Stripe should have booked the movement; at that moment itself it is still on time. */
export const isOverdue = (
  movement: Pick<Movement, 'account' | 'occurredAt'>,
  due: DueTimes,
  now: Date,
): boolean => now.getTime() - movement.occurredAt.getTime() > graceOf(movement.account, due) * 1000

const FINAL = new Set(['paid', 'failed', 'canceled'])

/** True when a payout should have arrived and has not; at the due moment itself it is still on time. */
export const isPayoutOverdue = (
  payout: Pick<PayoutState, 'status' | 'arrivalAt'>,
  due: Pick<DueTimes, 'payout_s'>,
  now: Date,
): boolean => !FINAL.has(payout.status) && now.getTime() - payout.arrivalAt.getTime() > due.payout_s * 1000
