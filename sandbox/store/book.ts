import type Stripe from 'stripe'
import { availableOn, payoutRunFrom } from '../domain/business-days.ts'
import { processingFee } from '../domain/fees.ts'
import type { Unit } from './unit.ts'

/** What a balance transaction is about; the rest follows from it. */
export type Booking = {
  type: Stripe.BalanceTransaction['type']
  reporting_category: string
  amount: number
  fee: number
  /** What the fee is for, when it is not for processing a payment. */
  fee_description?: string
  currency: string
  description: string | null
  source: string
  /** Null: available at once. */
  available_ms: number | null
}

const feeDetails = (
  fee: number,
  currency: string,
  description = 'Stripe processing fees',
): Stripe.BalanceTransaction.FeeDetail[] =>
  fee === 0
    ? []
    : [
        {
          amount: fee,
          application: null,
          currency,
          description,
          type: 'stripe_fee',
        },
      ]

/**
 * Makes a balance transaction and its entry in the money tables in one commit, and plans what follows from it: the
 * instant its funds become available and the payout run that takes them along.
 */
export const book = (unit: Unit, booking: Booking): Stripe.BalanceTransaction => {
  const { available_ms, fee_description, ...fields } = booking
  const availableMs = available_ms ?? unit.seconds * 1000
  const net = booking.amount - booking.fee
  const row = unit.put<Stripe.BalanceTransaction>({
    id: unit.newId('txn'),
    object: 'balance_transaction',
    ...fields,
    available_on: Math.floor(availableMs / 1000),
    balance_type: 'payments',
    created: unit.seconds,
    exchange_rate: null,
    fee_details: feeDetails(booking.fee, booking.currency, fee_description),
    net,
    status: availableMs <= unit.at_ms ? 'available' : 'pending',
  })
  ;(unit.change.money ??= []).push({ row: row.id, currency: row.currency, net, available_ms: availableMs })
  // Funds that are there at once are told of, too: `balance.available` follows (stripe.md §5, §10b).
  if (availableMs > unit.at_ms || booking.type === 'charge') {
    unit.scheduleOnce({ id: `available:${availableMs}`, kind: 'available', at_ms: availableMs, ref: '' })
  }
  if (booking.type !== 'payout') {
    const run = payoutRunFrom(Math.max(availableMs, unit.at_ms))
    unit.scheduleOnce({ id: `payout:${row.currency}:${run}`, kind: 'payout', at_ms: run, ref: row.currency })
  }
  return row
}

/**
 * The row of a captured charge: its fee is taken from it, and its funds are pending for two business days. With
 * `whole`, the row shows the whole authorisation and a second one takes the rest back (stripe.md §1, partial capture).
 */
export const bookCharge = (
  unit: Unit,
  charge: Stripe.Charge,
  amount: number,
  atOnce: boolean,
  whole = false,
): Stripe.BalanceTransaction => {
  const common = {
    currency: charge.currency,
    source: charge.id,
    available_ms: atOnce ? null : availableOn(unit.at_ms),
  }
  const row = book(unit, {
    ...common,
    type: 'charge',
    reporting_category: 'charge',
    amount: whole ? charge.amount : amount,
    fee: processingFee(amount, charge.currency),
    description: charge.description,
  })
  if (whole && charge.amount > amount) {
    book(unit, {
      ...common,
      type: 'refund',
      reporting_category: 'partial_capture_reversal',
      amount: amount - charge.amount,
      fee: 0,
      description: `REVERSAL OF THE PART OF ${charge.id} THAT WAS NOT CAPTURED`,
    })
  }
  return row
}
