import type Stripe from 'stripe'
import type { Unit } from '../store/unit.ts'

/** The bank's reference of a payout that has not arrived: Stripe does not know it yet. */
export const UNTRACED: NonNullable<Stripe.Payout['trace_id']> = { status: 'pending', value: null }

/** Stripe begins to ask the bank for its reference once a payout has ended; ending anew plans it anew. */
export const planTrace = (unit: Unit, { id }: Stripe.Payout): void =>
  unit.schedule({
    id: `payout_traced:${id}`,
    kind: 'payout_traced',
    at_ms: unit.at_ms + unit.doubts.payoutTraceAfterMs,
    ref: id,
  })

/**
 * The bank answers. A payout that came back has no reference (Stripe: a failure keeps it from being provided), unless it was
 * known before; banks of some countries give none at all (switch `payoutTrace`).
 */
export const tracePayout = (unit: Unit, id: string): void => {
  const payout = unit.get('payout', id)
  if (payout?.trace_id?.status !== 'pending') return
  const isGiven = payout.status === 'paid' && unit.doubts.payoutTrace === 'supported'
  const traced = unit.put<Stripe.Payout>({
    ...payout,
    trace_id: isGiven
      ? { status: 'supported', value: unit.newId('t').slice(3, 18).toUpperCase() }
      : { status: 'unsupported', value: null },
  })
  unit.emit('payout.updated', traced, { trace_id: payout.trace_id })
}
