import { currencyExponent, isCurrency } from '#core/currencies.ts'

const DECIMAL = /^(\d+)(?:\.(\d+))?$/

const abs = (value: bigint): bigint => (value < 0n ? -value : value)

/**
 * How far `settledMinor` is from `chargedMinor` at the rate Stripe states (amount charged x rate = amount settled, both in
 * minor units; stripe.md §5), beyond what the rate's last digit and one rounding leave open. 0 when they agree; undefined
 * when the rate cannot be read, or the currencies have other decimals and the scale of the rate is not known.
 */
export const exchangeDifference = (
  chargedMinor: bigint,
  settledMinor: bigint,
  rate: string,
  currencies: readonly [string, string],
): bigint | undefined => {
  const [, whole, fraction = ''] = DECIMAL.exec(rate) ?? []
  const [one, other] = currencies.map((code) => (isCurrency(code) ? currencyExponent(code) : undefined))
  if (whole === undefined || one === undefined || one !== other) return undefined
  const scale = 10n ** BigInt(fraction.length)
  const exact = chargedMinor * BigInt(whole + fraction)
  // Half a unit of the rate's last digit, and one minor unit of rounding.
  const open = abs(chargedMinor) / 2n + scale
  const off = settledMinor * scale - exact
  if (abs(off) <= open) return 0n
  return settledMinor - exact / scale
}
