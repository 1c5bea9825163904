import type Stripe from 'stripe'
import { availableOn } from '../domain/business-days.ts'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import {
  emptyable,
  fields,
  integer,
  mergeMetadata,
  metadata,
  range,
  required,
  text,
} from '../http/readers.ts'
import { book } from '../store/book.ts'
import type { Unit } from '../store/unit.ts'
import { readCurrency } from './payment-intent-build.ts'

const createShape = fields({
  amount: required(integer(1)),
  currency: required(text(3)),
  description: emptyable(text()),
  metadata,
  source: text(),
  statement_descriptor: text(15),
  transfer_group: text(),
})

/** An assumption: the bank's money is there after this much sandbox time, and can be cancelled until then. */
const ARRIVES_AFTER_MS = 60_000

const createTopup = ({ unit }: Call, params: NonNullable<ReturnType<typeof createShape>>): object => {
  const topup = unit.put<Stripe.Topup>({
    id: unit.newId('tu').replace('_3', '_1'),
    object: 'topup',
    amount: params.amount,
    balance_transaction: null,
    created: unit.seconds,
    currency: readCurrency(params.currency),
    description: params.description ?? null,
    expected_availability_date: Math.floor(availableOn(unit.at_ms) / 1000),
    failure_code: null,
    failure_message: null,
    initiated_by: 'user',
    livemode: false,
    metadata: mergeMetadata({}, params.metadata),
    source: null,
    statement_descriptor: params.statement_descriptor ?? null,
    status: 'pending',
    transfer_group: params.transfer_group ?? null,
  })
  unit.emit('topup.created', topup)
  unit.schedule({
    id: `topup:${topup.id}`,
    kind: 'topup_arrive',
    at_ms: unit.at_ms + ARRIVES_AFTER_MS,
    ref: topup.id,
  })
  return topup
}

/** The bank's money arrives: the top-up succeeds and its row is pending until the usual day. */
export const arriveTopup = (unit: Unit, id: string): void => {
  const topup = unit.get('topup', id)
  if (topup?.status !== 'pending') return
  const row = book(unit, {
    type: 'topup',
    reporting_category: 'topup',
    amount: topup.amount,
    fee: 0,
    currency: topup.currency,
    description: topup.description,
    source: topup.id,
    available_ms: availableOn(unit.at_ms),
  })
  const succeeded = unit.put<Stripe.Topup>({ ...topup, balance_transaction: row.id, status: 'succeeded' })
  unit.emit('topup.succeeded', succeeded)
}

const MESSAGES = {
  insufficient_funds: 'Your bank account has insufficient funds to cover the top-up.',
} as const

/** The bank has not the money: nothing was ever booked. */
export const failTopup = (unit: Unit, topup: Stripe.Topup): Stripe.Topup => {
  ;(unit.change.done ??= []).push(`topup:${topup.id}`)
  const failed = unit.put<Stripe.Topup>({
    ...topup,
    failure_code: 'insufficient_funds',
    failure_message: MESSAGES.insufficient_funds,
    status: 'failed',
  })
  unit.emit('topup.failed', failed)
  return failed
}

/** The bank takes the money back after it had come (stripe.md §5, `topup_reversal`). */
export const reverseTopup = (unit: Unit, topup: Stripe.Topup): Stripe.Topup => {
  book(unit, {
    type: 'topup_reversal',
    reporting_category: 'topup_reversal',
    amount: -topup.amount,
    fee: 0,
    currency: topup.currency,
    description: topup.description,
    source: topup.id,
    available_ms: null,
  })
  const reversed = unit.put<Stripe.Topup>({ ...topup, status: 'reversed' })
  unit.emit('topup.reversed', reversed)
  return reversed
}

const loadTopup = ({ unit, view, id }: Call): Stripe.Topup => {
  const topup = unit.get('topup', id)
  if (!topup || view.isHidden(topup)) throw missing('top-up', id, 'topup')
  return topup
}

const path = '/v1/topups'

export const topupEndpoints: readonly Endpoint[] = [
  endpoint('POST', path, createShape, createTopup),
  endpoint('GET', path, pageFields({ amount: range, status: text() }), ({ view, unit }, params) =>
    page(view.rows('topup'), params, path, (topup) => {
      const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = params.amount ?? {}
      const { amount, status } = topup
      const fits = amount > gt && amount >= gte && amount < lt && amount <= lte
      if (!fits || (params.status !== undefined && status !== params.status)) return null
      return view.isHidden(topup) ? null : view.show(topup, unit.at_ms)
    }),
  ),
  endpoint('GET', `${path}/:id`, fields({}), (call) => call.view.show(loadTopup(call), call.unit.at_ms)),
  endpoint('POST', `${path}/:id`, fields({ description: emptyable(text()), metadata }), (call, params) => {
    const topup = loadTopup(call)
    return call.unit.put<Stripe.Topup>({
      ...topup,
      description: params.description === undefined ? topup.description : params.description,
      metadata: mergeMetadata(topup.metadata, params.metadata),
    })
  }),
  endpoint('POST', `${path}/:id/cancel`, fields({}), (call) => {
    const topup = loadTopup(call)
    if (topup.status !== 'pending') {
      throw invalid(`Top-ups with a status of ${topup.status} may not be canceled.`)
    }
    ;(call.unit.change.done ??= []).push(`topup:${topup.id}`)
    const canceled = call.unit.put<Stripe.Topup>({ ...topup, status: 'canceled' })
    call.unit.emit('topup.canceled', canceled)
    return canceled
  }),
]
