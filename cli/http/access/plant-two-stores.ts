import { API, openSale, paySale } from '../testing/a-sale.ts'
import type { Door } from '../testing/open-door.ts'

/** One of each kind of object of a store. */
export interface Planted {
  readonly till: string
  readonly sale: string
  readonly payment: string
  readonly refund: string
  readonly approval: string
  readonly dispute: string
  readonly reader: string
}

const APPROVAL = `INSERT INTO refund_approvals (id, payment_id, amount, currency, reason, in_cash, why, status, requested_by,
    requested_name, requested_at, expires_at)
  VALUES ($1, $2, 100, 'gbp', 'requested_by_customer', true, 'over_limit', 'pending', $3, 'Somebody', $4, $5)`

const DISPUTE = `INSERT INTO disputes (id, payment_id, stripe_charge, currency, amount, status, reason, is_charge_refundable,
    has_evidence, opened_at, rows_seen, as_of, first_writer, trace_id, created_at, updated_at)
  VALUES ($1, $2, $3, 'gbp', 100, 'needs_response', 'general', false, false, $4, 0, $4, 'webhook', 'trace', $4, $4)`

/** Real rows of the store with that till: an open sale, a paid one, a refund, and what waits for somebody. */
export const plantStore = async (door: Door, number: 1 | 2, requestedBy: string): Promise<Planted> => {
  const till = `till-${number}`
  const { db, env } = door.deps
  const now = env.clock.now()
  const manager = await door.token('manager')
  const sale = await openSale(door, { till_id: till })
  const payment = await paySale(door, `planted-${number}`, { till_id: till })
  const refunded = await door.send({
    path: `${API}/payments/${payment}/refunds`,
    body: { amount: 100 },
    token: manager,
  })
  if (refunded.status !== 201) throw new Error(refunded.text)
  const approval = `apr_${'0'.repeat(25)}${number}`
  const dispute = `dp_planted${number}`
  const tomorrow = new Date(now.getTime() + 86_400_000)
  await db.run(APPROVAL, [approval, payment, requestedBy, now, tomorrow])
  await db.run(DISPUTE, [dispute, payment, `ch_planted${number}`, now])
  return { till, sale, payment, refund: refunded.body.id, approval, dispute, reader: `reader-${number}` }
}
