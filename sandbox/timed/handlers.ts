import type { Dispatcher } from '../deliveries/dispatcher.ts'
import { readBalance } from '../resources/balance.ts'
import { cancelIntent } from '../resources/payment-intents.ts'
import { behaviourOf } from '../resources/payment-methods.ts'
import { completeReconciliation, markPaid, runPayout } from '../resources/payouts.ts'
import { failRefund, succeedRefund } from '../resources/refunds.ts'
import { bookCharge } from '../store/book.ts'
import type { Store } from '../store/store.ts'
import type { Unit } from '../store/unit.ts'
import type { WorkHandler } from './scheduler.ts'

/** The balance transaction of an asynchronous capture appears. */
const settleCharge = (unit: Unit, id: string): void => {
  const charge = unit.get('charge', id)
  if (!charge || charge.balance_transaction !== null) return
  const method = unit.get('payment_method', charge.payment_method ?? '')
  const atOnce = method ? behaviourOf(method).bypassPending : false
  const row = bookCharge(unit, charge, charge.amount_captured, atOnce ?? false)
  const settled = unit.put({ ...charge, balance_transaction: row.id })
  unit.emit('charge.updated', settled, { balance_transaction: null })
}

/** What each kind of work does; a new kind is a new entry. */
export const workHandlers = (
  store: Store,
  currency: string,
  dispatcher: () => Dispatcher,
): Readonly<Record<string, WorkHandler>> => ({
  settle: (unit, work) => settleCharge(unit, work.ref),
  available: (unit) => {
    unit.change.release = true
    unit.emit('balance.available', readBalance(store.view, unit.at_ms, currency))
  },
  payout: (unit, work) => runPayout(unit, store, work.ref),
  payout_reconciled: (unit, work) => completeReconciliation(unit, work.ref),
  payout_paid: (unit, work) => markPaid(unit, store, work.ref),
  authorization_expiry: (unit, work) => {
    const intent = unit.get('payment_intent', work.ref)
    if (intent?.status === 'requires_capture') cancelIntent(unit, intent, 'automatic')
  },
  refund_succeed: (unit, work) => {
    const refund = unit.get('refund', work.ref)
    if (refund) succeedRefund(unit, refund)
  },
  refund_fail: (unit, work) => {
    const refund = unit.get('refund', work.ref)
    if (refund) failRefund(unit, refund)
  },
  deliver: (_unit, work) => {
    const delivery = store.state.pending.get(work.ref)
    if (delivery) dispatcher().enqueue(delivery)
  },
})
