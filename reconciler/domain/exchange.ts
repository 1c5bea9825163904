import { currencyExponent, isCurrency } from '#core/currencies.ts'

const DECIMAL = /^(\d+)(?:\.(\d+))?$/

const abs = (value: bigint): bigint => (value < 0n ? -value : value)

/** `10^digits` as a fraction of whole numbers. */
const powerOfTen = (digits: number): readonly [bigint, bigint] =>
  digits < 0 ? [1n, 10n ** BigInt(-digits)] : [10n ** BigInt(digits), 1n]

/**
 * How far `settledMinor` is from `chargedMinor` at the rate Stripe states (amount charged x rate = amount settled, both in
 * minor units; stripe.md §5), beyond what the rate's last digit and one rounding leave open. 0 when they agree. Between
 * currencies of other decimals the rate may also be meant between their major units: the nearer reading counts, for they
 * are a factor of ten or more apart. Undefined when the rate cannot be read, or a currency is not known.
 */
export const exchangeDifference = (
  chargedMinor: bigint,
  settledMinor: bigint,
  rate: string,
  currencies: readonly [string, string],
): bigint | undefined => {
  const [, whole, fraction = ''] = DECIMAL.exec(rate) ?? []
  const [one, other] = currencies.map((code) => (isCurrency(code) ? currencyExponent(code) : undefined))
  if (whole === undefined || one === undefined || other === undefined) return undefined
  const inUnits = (digits: number): bigint => {
    const [times, part] = powerOfTen(digits)
    const scale = 10n ** BigInt(fraction.length) * part
    const exact = chargedMinor * BigInt(whole + fraction) * times
    // Half a unit of the rate's last digit, and one minor unit of rounding.
    const open = (abs(chargedMinor) * times) / 2n + scale
    const off = settledMinor * scale - exact
    return abs(off) <= open ? 0n : settledMinor - exact / scale
  }
  const [minor, major] = [inUnits(0), inUnits(other - one)]
  return abs(major) < abs(minor) ? major : minor
}
