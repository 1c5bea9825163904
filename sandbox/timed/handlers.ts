import type { Dispatcher } from '../deliveries/dispatcher.ts'
import type { SandboxOptions } from '../options.ts'
import { doubtsOf } from '../options.ts'
import { readBalance } from '../resources/balance.ts'
import { passDue } from '../resources/dispute-closing.ts'
import { disputable, openDispute } from '../resources/dispute-opening.ts'
import { warnOfFraud } from '../resources/early-fraud-warnings.ts'
import { cancelIntent } from '../resources/payment-intents.ts'
import { behaviourOf } from '../resources/payment-methods.ts'
import { sendPayout } from '../resources/manual-payouts.ts'
import { tracePayout } from '../resources/payout-trace.ts'
import { completeReconciliation, markPaid, runPayout } from '../resources/payouts.ts'
import type { Paying } from '../resources/paying.ts'
import { returnRefund, succeedRefund } from '../resources/refund-build.ts'
import { playReader } from '../resources/terminal-present.ts'
import { arriveTopup } from '../resources/topups.ts'
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

/** The holder of a dispute card complains, unless the money was given back before. */
const openByCard = (paying: Paying, id: string): void => {
  const charge = paying.unit.get('charge', id)
  const method = paying.unit.get('payment_method', charge?.payment_method ?? '')
  const plan = method && behaviourOf(method).dispute
  if (charge && plan && disputable(charge) > 0) openDispute(paying, charge, plan)
}

/** The issuer of a fraud card reports it. */
const warnByCard = ({ unit }: Paying, id: string): void => {
  const charge = unit.get('charge', id)
  if (charge) warnOfFraud(unit, charge, 'unauthorized_use_of_card')
}

/** What each kind of work does; a new kind is a new entry. */
export const workHandlers = (
  store: Store,
  options: SandboxOptions,
  dispatcher: () => Dispatcher,
): Readonly<Record<string, WorkHandler>> => {
  // What happens by itself comes from no request.
  const paying = (unit: Unit): Paying => ({ unit, options, requestId: 'req_sandbox' })
  return {
    settle: (unit, work) => settleCharge(unit, work.ref),
    available: (unit) => {
      unit.change.release = true
      unit.emit('balance.available', readBalance(store.view, unit.at_ms, options))
    },
    payout: (unit, work) => runPayout(unit, store, work.ref),
    payout_sent: (unit, work) => sendPayout(unit, work.ref),
    topup_arrive: (unit, work) => arriveTopup(unit, work.ref),
    payout_reconciled: (unit, work) => completeReconciliation(unit, work.ref),
    payout_paid: (unit, work) => markPaid(unit, store, work.ref),
    payout_traced: (unit, work) => tracePayout(unit, work.ref),
    authorization_expiry: (unit, work) => {
      const intent = unit.get('payment_intent', work.ref)
      if (intent?.status === 'requires_capture') cancelIntent(unit, intent, doubtsOf(options).expiryReason)
    },
    refund_succeed: (unit, work) => {
      const refund = unit.get('refund', work.ref)
      if (refund?.status === 'pending') succeedRefund(paying(unit), refund)
    },
    refund_fail: (unit, work) => {
      const refund = unit.get('refund', work.ref)
      if (refund?.status === 'succeeded') returnRefund(paying(unit), refund, 'failed')
    },
    // Nothing is to be done: that it is no longer planned says enough.
    authentication_lapses: () => {},
    dispute_open: (unit, work) => openByCard(paying(unit), work.ref),
    fraud_warning: (unit, work) => warnByCard(paying(unit), work.ref),
    dispute_due: (unit, work) => passDue(paying(unit), work.ref),
    reader: (unit, work) => playReader(paying(unit), work.ref),
    deliver: (_unit, work) => {
      const delivery = store.state.pending.get(work.ref)
      if (delivery) dispatcher().enqueue(delivery)
    },
  }
}
