import { currencyDigits } from './currencies.ts'

/** Which currencies an account keeps, and what one unit of a currency is worth in another, as decimal text. */
export type Settlement = {
  /** Null: every currency is kept as it is paid. Else what is paid in another one becomes the default currency. */
  settlement_currencies: string[] | null
  /** `rates.eur.gbp = "0.8512"`: one euro is worth 0.8512 pounds. */
  rates: { [from: string]: { [to: string]: string } }
}

/** Nothing is exchanged. */
export const NO_EXCHANGE: Settlement = { settlement_currencies: null, rates: {} }

/** A decimal above zero as an integer over a power of ten. */
type Decimal = { digits: bigint; scale: number }

const RATE = /^(\d{1,9})(?:\.(\d{1,12}))?$/

const readDecimal = (text: string): Decimal | null => {
  const parts = RATE.exec(text)
  if (!parts) return null
  const [, whole = '', fraction = ''] = parts
  const digits = BigInt(whole + fraction)
  return digits > 0n ? { digits, scale: fraction.length } : null
}

/** True for a rate: a decimal number above zero, in text. */
export const isRate = (text: string): boolean => readDecimal(text) !== null

const decimalOf = (rate: string): Decimal => {
  const decimal = readDecimal(rate)
  if (!decimal) throw new Error(`not a rate: ${rate}`)
  return decimal
}

/** `numerator / divisor`, half a unit away from zero. */
const divide = (numerator: bigint, divisor: bigint): bigint => {
  const sign = numerator < 0n ? -1n : 1n
  return (sign * (2n * sign * numerator + divisor)) / (2n * divisor)
}

/**
 * An amount in minor units of one currency as minor units of another; half a unit goes away from zero (an assumption:
 * Stripe does not say how it rounds). Zero- and three-decimal currencies count as they are.
 */
export const exchange = (amount: number, from: string, to: string, rate: string): number => {
  const { digits, scale } = decimalOf(rate)
  const shift = currencyDigits(to) - currencyDigits(from) - scale
  const product = BigInt(amount) * digits
  return Number(shift >= 0 ? product * 10n ** BigInt(shift) : divide(product, 10n ** BigInt(-shift)))
}

/**
 * `exchange_rate` of a balance transaction: with `minor`, minor units times this number are minor units (stripe.md §5:
 * amount_presentment x exchange_rate = amount); with `major`, the rate as people write it.
 */
export const shownRate = (from: string, to: string, rate: string, units: 'minor' | 'major'): number => {
  const shift = units === 'minor' ? currencyDigits(to) - currencyDigits(from) : 0
  const { digits, scale } = decimalOf(rate)
  return Number(`${digits}e${shift - scale}`)
}

/** Rough worth of one unit in US dollars: only so that an exchange nobody gave a rate for is not refused. */
const DOLLARS: Readonly<Record<string, string>> = {
  usd: '1',
  eur: '1.08',
  gbp: '1.27',
  chf: '1.12',
  cad: '0.73',
  aud: '0.66',
  jpy: '0.0067',
  sek: '0.095',
  nok: '0.094',
  dkk: '0.145',
  pln: '0.25',
  kwd: '3.25',
  bhd: '2.65',
}

const RATE_DIGITS = 8

/** The rate to use: the account's own, else one from rough worths, else null. */
export const rateOf = ({ rates }: Settlement, from: string, to: string): string | null => {
  const own = rates[from]?.[to]
  if (own !== undefined) return own
  const [worth, unit] = [DOLLARS[from], DOLLARS[to]]
  if (worth === undefined || unit === undefined) return null
  const [a, b] = [decimalOf(worth), decimalOf(unit)]
  const power = RATE_DIGITS + b.scale - a.scale
  const scaled = divide(a.digits * 10n ** BigInt(power), b.digits)
  const text = String(scaled).padStart(RATE_DIGITS + 1, '0')
  return `${text.slice(0, -RATE_DIGITS)}.${text.slice(-RATE_DIGITS)}`
}

/** Stripe's price of an exchange in hundredths of a percent (an assumption: it differs by country). */
const CONVERSION_FEE = 200n

/** The fee for exchanging into this amount, in minor units; half a unit away from zero. */
export const conversionFee = (amount: number): number =>
  Number(divide(BigInt(Math.abs(amount)) * CONVERSION_FEE, 10_000n))
