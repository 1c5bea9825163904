import type Stripe from 'stripe'
import { recordDispute } from '../disputes/record-dispute.ts'
import { recordFraudWarning } from '../disputes/record-fraud-warning.ts'
import type { FundsMoved } from '../domain/dispute-state.ts'
import { recordCharge } from '../record/record-charge.ts'
import { recordPaymentIntent } from '../record/record-payment-intent.ts'
import { recordPayout } from '../record/record-payout.ts'
import { recordRefund } from '../record/record-refund.ts'
import { wakeReader } from '../readers/watch-readers.ts'
import type { Handlers, InboxRow } from './inbox-event.ts'

/** An event tells of the moment at which it was made; an object that somebody read, of when he did. */
const momentOf = (row: InboxRow): Date =>
  row.type.endsWith('.snapshot') ? row.received_at : row.stripe_created

/** Who writes, because of what, and of which moment. */
const originOf = (row: InboxRow) => ({
  writer: row.source,
  cause: { kind: 'event' as const, id: row.id },
  at: momentOf(row),
})

const FUNDS: Readonly<Record<string, FundsMoved>> = {
  'charge.dispute.funds_withdrawn': 'withdrawn',
  'charge.dispute.funds_reinstated': 'reinstated',
}

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
  dispute: async (deps, db, snapshot, row) => {
    const funds = FUNDS[row.type] ?? null
    return recordDispute(deps, db, snapshot as unknown as Stripe.Dispute, originOf(row), funds)
  },
  'radar.early_fraud_warning': async (deps, db, snapshot, row) =>
    recordFraudWarning(deps, db, snapshot as unknown as Stripe.Radar.EarlyFraudWarning, originOf(row)),
  'terminal.reader': async (deps, db, snapshot) => wakeReader(deps, db, snapshot.id),
  payout: async (deps, db, snapshot, row) =>
    recordPayout(deps, db, snapshot as unknown as Stripe.Payout, originOf(row)),
}
