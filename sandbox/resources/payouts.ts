import type Stripe from 'stripe'
import { arrivalDate, paidAt } from '../domain/business-days.ts'
import { payoutBatch } from '../domain/payout-batches.ts'
import type { Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import { fields, range, text } from '../http/readers.ts'
import { book } from '../store/book.ts'
import type { Store } from '../store/store.ts'
import type { Unit } from '../store/unit.ts'
import { planTrace, UNTRACED } from './payout-trace.ts'

/** How long after its creation a payout's rows can be listed. */
const RECONCILED_AFTER_MS = 2 * 3_600_000

/** A payout as it begins: automatic and on its way. */
export const buildPayout = (unit: Unit, currency: string, amount: number): Stripe.Payout => ({
  id: unit.newId('po'),
  object: 'payout',
  amount,
  application_fee: null,
  application_fee_amount: null,
  arrival_date: arrivalDate(unit.at_ms) / 1000,
  automatic: true,
  balance_transaction: null,
  created: unit.seconds,
  currency,
  description: 'STRIPE PAYOUT',
  destination: `ba_sandbox_${currency}`,
  failure_balance_transaction: null,
  failure_code: null,
  failure_message: null,
  livemode: false,
  metadata: {},
  method: 'standard',
  original_payout: null,
  payout_method: null,
  reconciliation_status: 'in_progress',
  reversed_by: null,
  source_type: 'card',
  statement_descriptor: null,
  status: 'in_transit',
  trace_id: UNTRACED,
  type: 'bank_account',
})

/** The automatic payout run of one currency: pays out every available row if they sum to more than zero. */
export const runPayout = (unit: Unit, store: Store, currency: string): void => {
  const batch = payoutBatch(store.state.money.unpaid(currency), currency, unit.at_ms)
  if (!batch) return
  const built = buildPayout(unit, currency, batch.amount)
  const row = book(unit, {
    type: 'payout',
    reporting_category: 'payout',
    amount: -batch.amount,
    fee: 0,
    currency,
    description: 'STRIPE PAYOUT',
    source: built.id,
    available_ms: null,
  })
  const payout = unit.put<Stripe.Payout>({ ...built, balance_transaction: row.id })
  unit.change.paid_out = [{ payout: payout.id, rows: [...batch.rows, row.id] }]
  unit.emit('payout.created', payout)
  const plan = (kind: string, at_ms: number) =>
    unit.schedule({ id: `${kind}:${payout.id}`, kind, at_ms, ref: payout.id })
  plan('payout_reconciled', unit.at_ms + RECONCILED_AFTER_MS)
  plan('payout_paid', paidAt(payout.arrival_date * 1000))
}

/** The payout's rows can be listed from now on. */
export const completeReconciliation = (unit: Unit, id: string): void => {
  const payout = unit.get('payout', id)
  if (!payout) return
  const completed = unit.put<Stripe.Payout>({ ...payout, reconciliation_status: 'completed' })
  unit.emit('payout.reconciliation_completed', completed)
}

/** Why a bank sends a payout back (stripe.md §6). */
export const PAYOUT_FAILURES = {
  account_closed: 'The bank account has been closed.',
  account_frozen: 'The bank account has been frozen.',
  bank_account_restricted:
    'The bank account has restrictions on either the type or the number of payouts allowed.',
  bank_ownership_changed:
    'The destination bank account is no longer valid because its branch has changed ownership.',
  could_not_process: 'The bank could not process this payout.',
  debit_not_authorized: 'Debit transactions are not approved on the bank account.',
  declined: 'The bank has declined this payout.',
  incorrect_account_holder_name:
    'Your bank notified us that the bank account holder name on file is incorrect.',
  insufficient_funds: 'Your Stripe account has insufficient funds to cover the payout.',
  invalid_account_number: 'The routing number seems correct, but the account number is invalid.',
  invalid_currency: 'The bank was unable to process this payout because of its currency.',
  no_account: 'The bank account details on file are probably incorrect.',
  unsupported_card: 'The bank no longer supports payouts to this card.',
} as const

export type PayoutFailure = keyof typeof PAYOUT_FAILURES

/**
 * The bank sends a payout back, maybe days after it was paid (stripe.md §6): its money is on the balance again in a row
 * of its own. The fee of an instant payout stays with Stripe (an assumption).
 */
export const failPayout = (unit: Unit, payout: Stripe.Payout, code: PayoutFailure): Stripe.Payout => {
  const row = book(unit, {
    type: 'payout_failure',
    reporting_category: 'payout_reversal',
    amount: payout.amount,
    fee: 0,
    currency: payout.currency,
    description: 'PAYOUT FAILURE',
    source: payout.id,
    available_ms: null,
  })
  ;(unit.change.done ??= []).push(`payout_sent:${payout.id}`, `payout_paid:${payout.id}`)
  const failed = unit.put<Stripe.Payout>({
    ...payout,
    failure_balance_transaction: row.id,
    failure_code: code,
    failure_message: PAYOUT_FAILURES[code],
    status: 'failed',
  })
  unit.emit('payout.failed', failed)
  planTrace(unit, failed)
  return failed
}

/** The money is expected in the bank. A payout on hold stays in transit; releasing it plans this again. */
export const markPaid = (unit: Unit, store: Store, id: string): void => {
  const payout = unit.get('payout', id)
  if (payout?.status !== 'in_transit' || store.view.overlay.held.has(id)) return
  const paid = unit.put<Stripe.Payout>({ ...payout, status: 'paid' })
  unit.emit('payout.paid', paid)
  planTrace(unit, paid)
}

const path = '/v1/payouts'

export const payoutEndpoints: readonly Endpoint[] = [
  endpoint(
    'GET',
    path,
    pageFields({ arrival_date: range, destination: text(), status: text() }),
    ({ view, unit }, params) =>
      page(view.rows('payout'), params, path, (stored) => {
        if (view.isHidden(stored)) return null
        const payout = view.show(stored, unit.at_ms)
        const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = params.arrival_date ?? {}
        const at = payout.arrival_date
        const arrives = at > gt && at >= gte && at < lt && at <= lte
        const fits =
          (params.destination === undefined || payout.destination === params.destination) &&
          (params.status === undefined || payout.status === params.status)
        return arrives && fits ? payout : null
      }),
  ),
  endpoint('GET', `${path}/:id`, fields({}), ({ view, unit, id }) => {
    const payout = view.find('payout', id, unit.at_ms)
    if (!payout) throw missing('payout', id, 'payout')
    return payout
  }),
]
