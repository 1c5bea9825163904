import type Stripe from 'stripe'
import { exchange, rateOf, shownRate } from '../domain/exchange.ts'
import { idOf } from './objects.ts'
import type { Unit } from './unit.ts'

/** How money of one currency lands on the balance: in which currency, and at which rate if it is exchanged. */
export type Landing = { from: string; currency: string; rate: string | null }

/** Money that lands as it was paid. */
export const unexchanged = (currency: string): Landing => ({ from: currency, currency, rate: null })

/** Where money of a currency lands now: as it is when the account keeps that currency, else in its default one. */
export const landingOf = (unit: Unit, currency: string): Landing => {
  const { settlement_currencies: kept } = unit.settlement
  if (kept === null || kept.includes(currency)) return unexchanged(currency)
  return landingIn(unit, currency, unit.defaultCurrency)
}

/** Money of one currency in another one, at today's rate; as it is when the two are one or nobody knows a rate. */
export const landingIn = (unit: Unit, from: string, into: string): Landing => {
  const rate = from === into ? null : rateOf(unit.settlement, from, into)
  return rate === null ? unexchanged(from) : { from, currency: into, rate }
}

/** The amount that lands, in minor units of the landing's currency. */
export const landed = (amount: number, { from, currency, rate }: Landing): number =>
  rate === null ? amount : exchange(amount, from, currency, rate)

/** Currency and rate as the row shows them. */
export const landingFields = (
  unit: Unit,
  { from, currency, rate }: Landing,
): { currency: string; exchange_rate: number | null } => ({
  currency,
  exchange_rate: rate === null ? null : shownRate(from, currency, rate, unit.doubts.exchangeRateUnits),
})

/** Where money that goes back for a charge comes from: the currency the charge landed in, at today's rate. */
export const landingOfCharge = (unit: Unit, charge: Stripe.Charge): Landing => {
  const row = unit.get('balance_transaction', idOf(charge.balance_transaction) ?? '')
  return row ? landingIn(unit, charge.currency, row.currency) : landingOf(unit, charge.currency)
}

/**
 * What comes back of money that rows took away: the same where nothing was exchanged, else by the switch `returnRate`.
 * `amount` is in the currency the customer paid in.
 */
export const comingBack = (
  unit: Unit,
  taken: readonly Stripe.BalanceTransaction[],
  amount: number,
  from: string,
): { amount: number; currency: string; exchange_rate: number | null } => {
  const [first] = taken
  const currency = first?.currency ?? from
  const exchange_rate = first?.exchange_rate ?? null
  const left = taken.reduce((sum, row) => sum - row.amount, 0)
  if (exchange_rate === null || unit.doubts.returnRate === 'as_it_left')
    return { amount: left, currency, exchange_rate }
  const landing = landingIn(unit, from, currency)
  return { ...landingFields(unit, landing), amount: landed(amount, landing) }
}
