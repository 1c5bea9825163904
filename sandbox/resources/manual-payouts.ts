import type Stripe from 'stripe'
import { businessDaysLater, paidAt, payoutRunFrom } from '../domain/business-days.ts'
import { showAmount } from '../domain/currencies.ts'
import { instantPayoutFee } from '../domain/fees.ts'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import type { ReadBy } from '../http/readers.ts'
import {
  emptyable,
  fields,
  integer,
  mergeMetadata,
  metadata,
  oneOf,
  required,
  text,
} from '../http/readers.ts'
import { book } from '../store/book.ts'
import type { Store } from '../store/store.ts'
import type { Unit } from '../store/unit.ts'
import { readCurrency } from './payment-intent-build.ts'
import { planTrace } from './payout-trace.ts'
import { buildPayout } from './payouts.ts'
import { previously } from './previously.ts'

const createShape = fields({
  amount: required(integer(1)),
  currency: required(text(3)),
  description: emptyable(text()),
  destination: text(),
  metadata,
  method: oneOf('standard', 'instant'),
  payout_method: text(),
  source_type: oneOf('bank_account', 'card', 'fpx'),
  statement_descriptor: text(22),
})
type CreateParams = NonNullable<ReadBy<typeof createShape>>

/** The row of a payout that a person made; funds leave at once, and come back with the sign turned. */
const bookPayout = (
  unit: Unit,
  payout: Stripe.Payout,
  type: 'payout' | 'payout_cancel',
  amount: number,
  fee = 0,
): Stripe.BalanceTransaction =>
  book(unit, {
    type,
    reporting_category: amount < 0 ? 'payout' : 'payout_reversal',
    amount,
    fee,
    fee_description: 'Instant payout fee',
    currency: payout.currency,
    description: payout.description,
    source: payout.id,
    available_ms: null,
  })

const INSTANT_SENT_MS = 60_000
const INSTANT_PAID_MS = 30 * 60_000

const planWay = (unit: Unit, payout: Stripe.Payout): void => {
  const plan = (kind: string, at_ms: number) =>
    unit.schedule({ id: `${kind}:${payout.id}`, kind, at_ms, ref: payout.id })
  if (payout.method === 'instant') {
    plan('payout_sent', unit.at_ms + INSTANT_SENT_MS)
    plan('payout_paid', unit.at_ms + INSTANT_PAID_MS)
    return
  }
  plan('payout_sent', payoutRunFrom(unit.at_ms + 1))
  plan('payout_paid', paidAt(payout.arrival_date * 1000))
}

const manual = (unit: Unit, currency: string, amount: number): Stripe.Payout => ({
  ...buildPayout(unit, currency, amount),
  arrival_date: businessDaysLater(payoutRunFrom(unit.at_ms + 1), 1) / 1000,
  automatic: false,
  reconciliation_status: 'not_applicable',
  status: 'pending',
})

/** Within half an hour, to a debit card. */
const instant = (unit: Unit, currency: string): Partial<Stripe.Payout> => ({
  arrival_date: unit.seconds + INSTANT_PAID_MS / 1000,
  destination: `card_sandbox_${currency}`,
  method: 'instant',
  type: 'card',
})

/** Stripe's price of an instant payout in a row of its own, when it is not on the payout's row. */
const bookInstantFee = (unit: Unit, payout: Stripe.Payout, fee: number): void => {
  book(unit, {
    type: 'stripe_fee',
    reporting_category: 'fee',
    amount: -fee,
    fee: 0,
    currency: payout.currency,
    description: `Instant payout fee for ${payout.id}`,
    source: null,
    available_ms: null,
  })
}

/**
 * With the switch `manualPayoutRows: apart` the oldest available rows leave with the payout, whole ones, until they are
 * worth it; what they are worth more stays on the balance for the next payout by hand. So no automatic payout lists it.
 */
const takeRowsAlong = (
  unit: Unit,
  store: Store,
  payout: Stripe.Payout,
  ownRow: string,
  worth: number,
): void => {
  const rows: string[] = []
  let sum = 0
  for (const entry of store.state.money.unpaid(payout.currency)) {
    if (sum >= worth) break
    if (entry.available_ms > unit.at_ms) continue
    rows.push(entry.row)
    sum += entry.net
  }
  ;(unit.change.paid_out ??= []).push({ payout: payout.id, rows: [...rows, ownRow] })
}

/** Makes a payout by hand; refuses what the balance does not have. */
export const makePayout = (
  { unit, store }: Pick<Call, 'unit' | 'store'>,
  params: CreateParams,
): Stripe.Payout => {
  const currency = readCurrency(params.currency)
  const isInstant = params.method === 'instant'
  const built: Stripe.Payout = {
    ...manual(unit, currency, params.amount),
    ...(isInstant ? instant(unit, currency) : {}),
    description: params.description ?? null,
    metadata: mergeMetadata({}, params.metadata),
    statement_descriptor: params.statement_descriptor ?? null,
  }
  if (params.destination !== undefined && params.destination !== built.destination) {
    throw missing('external account', params.destination, 'destination', 400)
  }
  const available = store.view.balance(unit.at_ms).get(currency)?.available ?? 0
  const fee = isInstant ? instantPayoutFee(params.amount) : 0
  if (params.amount + fee > available) {
    throw invalid(
      `You have insufficient funds in your Stripe account for this payout: ${showAmount(available, currency)} available.`,
      { code: 'balance_insufficient' },
    )
  }
  const feeInRow = unit.doubts.instantPayoutFee === 'in_row' ? fee : 0
  const row = bookPayout(unit, built, 'payout', -params.amount, feeInRow)
  if (fee > feeInRow) bookInstantFee(unit, built, fee)
  const payout = unit.put<Stripe.Payout>({ ...built, balance_transaction: row.id })
  if (unit.doubts.manualPayoutRows === 'apart') takeRowsAlong(unit, store, payout, row.id, -row.net)
  unit.emit('payout.created', payout)
  planWay(unit, payout)
  return payout
}

/** A payout that a person made goes to the bank with the day's run. */
export const sendPayout = (unit: Unit, id: string): void => {
  const payout = unit.get('payout', id)
  if (payout?.status !== 'pending') return
  const sent = unit.put<Stripe.Payout>({ ...payout, status: 'in_transit' })
  unit.emit('payout.updated', sent, { status: payout.status })
}

const loadPayout = ({ unit, view, id }: Call): Stripe.Payout => {
  const payout = unit.get('payout', id)
  if (!payout || view.isHidden(payout)) throw missing('payout', id, 'payout')
  return payout
}

/** Takes back a payout by hand that is still here; refuses any other. */
export const cancelPayout = (unit: Unit, payout: Stripe.Payout): Stripe.Payout => {
  if (payout.automatic || payout.status !== 'pending') {
    throw invalid('Payouts can only be canceled when they were created by hand and are still pending.', {
      code: 'payout_not_cancelable',
    })
  }
  const row = bookPayout(unit, payout, 'payout_cancel', payout.amount)
  ;(unit.change.done ??= []).push(`payout_sent:${payout.id}`, `payout_paid:${payout.id}`)
  const canceled = unit.put<Stripe.Payout>({
    ...payout,
    failure_balance_transaction: row.id,
    status: 'canceled',
  })
  unit.emit('payout.canceled', canceled)
  planTrace(unit, canceled)
  return canceled
}

const reversePayout = (call: Call, params: { metadata: ReadBy<typeof metadata> }): object => {
  const { unit } = call
  const payout = loadPayout(call)
  if (payout.status !== 'paid' || payout.reversed_by !== null || payout.original_payout !== null) {
    throw invalid(
      `Payouts with a status of ${payout.status} that were not reversed yet may be reversed once paid.`,
    )
  }
  const built: Stripe.Payout = {
    ...manual(unit, payout.currency, -payout.amount),
    description: payout.description,
    metadata: mergeMetadata({}, params.metadata),
    original_payout: payout.id,
  }
  const row = bookPayout(unit, built, 'payout', payout.amount)
  const reversal = unit.put<Stripe.Payout>({ ...built, balance_transaction: row.id })
  const reversed = unit.put<Stripe.Payout>({ ...payout, reversed_by: reversal.id })
  unit.emit('payout.created', reversal)
  unit.emit('payout.updated', reversed, { reversed_by: null })
  planWay(unit, reversal)
  return reversal
}

const path = '/v1/payouts'

/** Payouts by hand, beside the automatic ones. */
export const manualPayoutEndpoints: readonly Endpoint[] = [
  endpoint('POST', path, createShape, (call, params) => makePayout(call, params)),
  endpoint('POST', `${path}/:id`, fields({ metadata }), (call, params) => {
    const payout = loadPayout(call)
    const updated = call.unit.put<Stripe.Payout>({
      ...payout,
      metadata: mergeMetadata(payout.metadata ?? {}, params.metadata),
    })
    call.unit.emit('payout.updated', updated, previously(payout, updated))
    return updated
  }),
  endpoint('POST', `${path}/:id/cancel`, fields({}), (call) => cancelPayout(call.unit, loadPayout(call))),
  endpoint('POST', `${path}/:id/reverse`, fields({ metadata }), reversePayout),
]
