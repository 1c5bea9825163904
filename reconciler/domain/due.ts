import type { Movement, PayoutState } from './facts.ts'

/** Seconds of grace per kind, from the shop's settings. */
export interface DueTimes {
  readonly charge_s: number
  readonly refund_s: number
  readonly payout_s: number
}

/** Seconds that Stripe has to book a movement of the account. */
export const graceOf = (account: string, due: DueTimes): number => {
  if (account === 'clearing:card') return due.charge_s
  return account === 'clearing:payout' ? due.payout_s : due.refund_s
}

/** True after the moment by which Stripe should have booked the movement; at that moment itself it is still on time. */
export const isOverdue = (
  movement: Pick<Movement, 'account' | 'occurredAt'>,
  due: DueTimes,
  now: Date,
): boolean => now.getTime() - movement.occurredAt.getTime() > graceOf(movement.account, due) * 1000

const FINAL = new Set(['paid', 'failed', 'canceled'])

/** True when a payout should have arrived and has not. */
export const isPayoutOverdue = (
  payout: Pick<PayoutState, 'status' | 'arrivalAt'>,
  due: DueTimes,
  now: Date,
): boolean => !FINAL.has(payout.status) && now.getTime() - payout.arrivalAt.getTime() > due.payout_s * 1000
