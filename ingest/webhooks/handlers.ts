import type Stripe from 'stripe'
import { recordCharge } from '../record/record-charge.ts'
import { recordPaymentIntent } from '../record/record-payment-intent.ts'
import { recordPayout } from '../record/record-payout.ts'
import { recordRefund } from '../record/record-refund.ts'
import { wakeReader } from '../readers/watch-readers.ts'
import type { Handlers, InboxRow } from './inbox-event.ts'

/** Who writes, and because of what. */
const originOf = (row: InboxRow) => ({ writer: row.source, cause: { kind: 'event' as const, id: row.id } })

/**
 * What is done with a snapshot, by its type. A type that is not here is stored and ignored: unknown types never stop the
 * others (reliability.md row 29). Balance transactions are the reconciler's.
 */
export const HANDLERS: Handlers = {
  payment_intent: async (deps, db, snapshot, row) =>
    recordPaymentIntent(deps, db, snapshot as unknown as Stripe.PaymentIntent, originOf(row)),
  charge: async (deps, db, snapshot, row) =>
    recordCharge(deps, db, snapshot as unknown as Stripe.Charge, originOf(row)),
  refund: async (deps, db, snapshot, row) =>
    recordRefund(deps, db, snapshot as unknown as Stripe.Refund, originOf(row)),
  'terminal.reader': async (deps, db, snapshot) => wakeReader(deps, db, snapshot.id),
  payout: async (deps, db, snapshot, row) =>
    recordPayout(deps, db, snapshot as unknown as Stripe.Payout, originOf(row)),
}
