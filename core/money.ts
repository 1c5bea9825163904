import { currencyExponent } from './currencies.ts'

/** An amount in integer minor units; amounts of different currencies never meet (architecture §1.8). */
export interface Money {
  readonly amountMinor: bigint
  readonly currency: string
}

/** Sum per currency, in the order in which the currencies first appear; never across currencies. */
export const sumByCurrency = (amounts: Iterable<Money>): Map<string, bigint> => {
  const sums = new Map<string, bigint>()
  for (const { amountMinor, currency } of amounts) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amountMinor)
  }
  return sums
}

/** `-1234n` gbp as `-12.34`: major units with the currency's own decimals, a dot, no grouping. */
export const formatMajor = (amountMinor: bigint, currency: string): string => {
  const exponent = currencyExponent(currency)
  const sign = amountMinor < 0n ? '-' : ''
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(exponent + 1, '0')
  if (exponent === 0) return sign + digits
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** A minor amount as the JSON integer of our wire. Throws RangeError beyond 2^53 - 1, where JSON would round. */
export const toWireAmount = (amountMinor: bigint): number => {
  const value = Number(amountMinor)
  if (!Number.isSafeInteger(value)) throw new RangeError(`amount ${amountMinor} does not fit a JSON integer`)
  return value
}

/** The share `basisPoints` / 10,000 of an amount, half away from zero, as card fees are rounded. */
export const shareOf = (amountMinor: bigint, basisPoints: bigint): bigint => {
  const product = amountMinor * basisPoints
  const half = product < 0n ? -5_000n : 5_000n
  return (product + half) / 10_000n
}
