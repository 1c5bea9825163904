import { currencyExponent, isCurrency } from '#core/currencies.ts'

const DECIMAL = /^(\d+)(?:\.(\d+))?$/

/**
 * What a rate is between: the currencies' minor units, or their major ones as people write rates. They differ only for
 * currencies of other decimals, such as yen and pounds; Stripe's documents leave it open (stripe.md §5).
 */
export type RateUnits = 'minor' | 'major'

/** An amount that was settled in another currency at a rate, as Stripe states it. Amounts are minor units. */
export interface Exchange {
  readonly charged: bigint
  readonly chargedIn: string
  readonly settled: bigint
  readonly settledIn: string
  readonly rate: string
}

const abs = (value: bigint): bigint => (value < 0n ? -value : value)

/** `10^digits` as a fraction of whole numbers. */
const powerOfTen = (digits: number): readonly [bigint, bigint] =>
  digits < 0 ? [1n, 10n ** BigInt(-digits)] : [10n ** BigInt(digits), 1n]

/** How far what was settled is from the rate, times `10^digits`, beyond what the rate's last digit and one rounding leave open. */
const differenceAt = ({ charged, settled, rate }: Exchange, digits: number): bigint | undefined => {
  const [, whole, fraction = ''] = DECIMAL.exec(rate) ?? []
  if (whole === undefined) return undefined
  const [times, part] = powerOfTen(digits)
  const scale = 10n ** BigInt(fraction.length) * part
  const exact = charged * BigInt(whole + fraction) * times
  // Half a unit of the rate's last digit, and one minor unit of rounding.
  const open = (abs(charged) * times) / 2n + scale
  return abs(settled * scale - exact) <= open ? 0n : settled - exact / scale
}

/** The decimals by which major units of the two currencies lie apart; undefined when one of them is not known. */
const decimalsApart = ({ chargedIn, settledIn }: Exchange): number | undefined =>
  isCurrency(chargedIn) && isCurrency(settledIn)
    ? currencyExponent(settledIn) - currencyExponent(chargedIn)
    : undefined

const differences = (exchange: Exchange): Record<RateUnits, bigint> | undefined => {
  const apart = decimalsApart(exchange)
  const minor = differenceAt(exchange, 0)
  const major = apart === undefined ? undefined : differenceAt(exchange, apart)
  return minor === undefined || major === undefined ? undefined : { minor, major }
}

/** In which units the rates of `exchanges` are meant: the reading with which more of them agree; undefined when none tells. */
export const rateUnitsOf = (exchanges: readonly Exchange[]): RateUnits | undefined => {
  const telling = exchanges
    .map(differences)
    .filter((off) => off !== undefined && (off.minor === 0n) !== (off.major === 0n))
  const minor = telling.filter((off) => off?.minor === 0n).length
  if (2 * minor === telling.length) return undefined
  return 2 * minor > telling.length ? 'minor' : 'major'
}

/**
 * How far an exchanged amount is from what was charged times the rate (stripe.md §5), in the currency settled in; 0 when
 * they agree. Without known units the nearer reading counts. Undefined when the rate cannot be read, or a currency is not known.
 */
export const exchangeDifference = (exchange: Exchange, units: RateUnits | undefined): bigint | undefined => {
  const off = differences(exchange)
  if (off === undefined || units !== undefined) return units && off?.[units]
  return abs(off.major) < abs(off.minor) ? off.major : off.minor
}
