import type Stripe from 'stripe'
import { availableOn, payoutRunFrom } from '../domain/business-days.ts'
import { conversionFee } from '../domain/exchange.ts'
import { processingFee } from '../domain/fees.ts'
import type { BalanceType } from '../domain/payout-batches.ts'
import type { Landing } from './settling.ts'
import { landed, landingFields, landingOf } from './settling.ts'
import type { Unit } from './unit.ts'

/** What a balance transaction is about; the rest follows from it. */
export type Booking = {
  type: string
  reporting_category: string
  amount: number
  fee: number
  /** What the fee is for, when it is not for processing a payment. */
  fee_description?: string
  /** Part of `fee` that is Stripe's price of an exchange. */
  conversion_fee?: number
  currency: string
  exchange_rate?: number | null
  /** Left out: the payments balance. */
  balance_type?: BalanceType
  description: string | null
  source: string | null
  /** Null: available at once. */
  available_ms: number | null
}

const feeDetail = (
  amount: number,
  currency: string,
  description: string,
): Stripe.BalanceTransaction.FeeDetail[] =>
  amount === 0 ? [] : [{ amount, application: null, currency, description, type: 'stripe_fee' }]

/** The row of a booking, without its effect on the money tables. */
export const buildRow = (unit: Unit, booking: Booking): Stripe.BalanceTransaction => {
  const { amount, fee, currency, conversion_fee = 0, available_ms } = booking
  const availableMs = available_ms ?? unit.seconds * 1000
  return {
    id: unit.newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: Math.floor(availableMs / 1000),
    balance_type: booking.balance_type ?? 'payments',
    created: unit.seconds,
    currency,
    description: booking.description,
    exchange_rate: booking.exchange_rate ?? null,
    fee,
    fee_details: [
      ...feeDetail(fee - conversion_fee, currency, booking.fee_description ?? 'Stripe processing fees'),
      ...feeDetail(conversion_fee, currency, 'Stripe currency conversion fee'),
    ],
    net: amount - fee,
    reporting_category: booking.reporting_category,
    source: booking.source,
    status: availableMs <= unit.at_ms ? 'available' : 'pending',
    // Types beyond the SDK's list exist (stripe.md §5).
    type: booking.type as Stripe.BalanceTransaction['type'],
  }
}

/**
 * Makes a balance transaction and its entry in the money tables in one commit, and plans what follows from it: the
 * instant its funds become available and the payout run that takes them along.
 */
export const book = (unit: Unit, booking: Booking): Stripe.BalanceTransaction => {
  const row = unit.put(buildRow(unit, booking))
  const { currency, net } = row
  const available_ms = booking.available_ms ?? unit.seconds * 1000
  const { balance_type = 'payments' } = booking
  const entry = { row: row.id, currency, net, available_ms }
  ;(unit.change.money ??= []).push(balance_type === 'payments' ? entry : { ...entry, balance_type })
  // Funds that are there at once are told of, too: `balance.available` follows (stripe.md §5, §10b).
  if (available_ms > unit.at_ms || booking.type === 'charge') {
    unit.scheduleOnce({ id: `available:${available_ms}`, kind: 'available', at_ms: available_ms, ref: '' })
  }
  if (booking.type !== 'payout' && balance_type === 'payments') {
    const run = payoutRunFrom(Math.max(available_ms, unit.at_ms))
    unit.scheduleOnce({ id: `payout:${currency}:${run}`, kind: 'payout', at_ms: run, ref: currency })
  }
  return row
}

/** Stripe's price of an exchange as a row of its own, in gross (stripe.md §5: a fee that is a row has no fee). */
const bookConversionFee = (unit: Unit, charge: Stripe.Charge, fee: number, landing: Landing): void => {
  book(unit, {
    type: 'stripe_fx_fee',
    reporting_category: 'fee',
    amount: -fee,
    fee: 0,
    currency: landing.currency,
    description: `Stripe currency conversion fee for ${charge.id}`,
    source: null,
    available_ms: null,
  })
}

/** What was authorised and not captured goes back in a row of its own (stripe.md §1, partial capture). */
const bookReversal = (
  unit: Unit,
  charge: Stripe.Charge,
  common: Pick<Booking, 'currency' | 'source' | 'available_ms' | 'exchange_rate'>,
  amount: number,
): void => {
  book(unit, {
    ...common,
    type: 'refund',
    reporting_category: 'partial_capture_reversal',
    amount,
    fee: 0,
    description: `REVERSAL OF THE PART OF ${charge.id} THAT WAS NOT CAPTURED`,
  })
}

/**
 * The row of a captured charge: its fee is taken from it, and its funds are pending for two business days. With
 * `whole`, the row shows the whole authorisation and a second one takes the rest back (stripe.md §1, partial capture).
 * Money of a currency that the account does not keep lands in its default one, for a fee of its own.
 */
export const bookCharge = (
  unit: Unit,
  charge: Stripe.Charge,
  amount: number,
  atOnce: boolean,
  whole = false,
  landing: Landing = landingOf(unit, charge.currency),
): Stripe.BalanceTransaction => {
  const common = {
    ...landingFields(unit, landing),
    source: charge.id,
    available_ms: atOnce ? null : availableOn(unit.at_ms),
  }
  const captured = landed(amount, landing)
  const gross = whole ? landed(charge.amount, landing) : captured
  const conversion = landing.rate === null ? 0 : conversionFee(captured)
  const conversion_fee = unit.doubts.conversionFee === 'in_fee' ? conversion : 0
  const row = book(unit, {
    ...common,
    type: 'charge',
    reporting_category: 'charge',
    amount: gross,
    fee: processingFee(captured, landing.currency) + conversion_fee,
    conversion_fee,
    description: charge.description,
  })
  if (gross > captured) bookReversal(unit, charge, common, captured - gross)
  if (conversion > conversion_fee) bookConversionFee(unit, charge, conversion, landing)
  return row
}
