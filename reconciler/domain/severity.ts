import { currencyExponent, isCurrency } from '#core/currencies.ts'

export type Severity = 'low' | 'medium' | 'high' | 'critical'

/** Lower bounds in major units: what a shop would look at today, this hour, and at once. */
const FROM_MAJOR: readonly (readonly [bigint, Severity])[] = [
  [1_000n, 'critical'],
  [100n, 'high'],
  [10n, 'medium'],
]

/** How urgent a difference is, by its size in major units of its currency; an uncountable currency counts two decimals. */
export const severityOf = (differenceMinor: bigint, currency: string): Severity => {
  const size = differenceMinor < 0n ? -differenceMinor : differenceMinor
  const unit = 10n ** BigInt(isCurrency(currency) ? currencyExponent(currency) : 2)
  return FROM_MAJOR.find(([major]) => size >= major * unit)?.[1] ?? 'low'
}
