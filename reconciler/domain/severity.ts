import { currencyExponent, isCurrency } from '#core/currencies.ts'
import type { Shop } from '#core/shop.ts'

/** From what may wait to what may not. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** The shop's thresholds: amounts in major units, ages in hours. */
export type SeverityRules = Shop['exceptions']

const HOUR_MS = 3_600_000
const WORSENING = ['medium', 'high', 'critical'] as const

const worst = (one: Severity, other: Severity): Severity =>
  SEVERITIES.indexOf(one) > SEVERITIES.indexOf(other) ? one : other

/** The last severity whose lower bound is reached; equal bounds give the worse one. */
const reached = (isReached: (severity: (typeof WORSENING)[number]) => boolean): Severity =>
  WORSENING.findLast(isReached) ?? 'low'

/** A size in major units of its currency against the shop's bounds; a currency that we cannot count has two decimals. */
const byAmount = (differenceMinor: bigint, currency: string, rules: SeverityRules): Severity => {
  const size = differenceMinor < 0n ? -differenceMinor : differenceMinor
  const unit = 10n ** BigInt(isCurrency(currency) ? currencyExponent(currency) : 2)
  const own = rules.severity_amounts_by_currency.find((line) => line.currency === currency)
  const bounds = own ?? rules.severity_amounts
  return reached((severity) => size >= BigInt(bounds[severity]) * unit)
}

const boundAt = (occurredAt: Date, severity: (typeof WORSENING)[number], rules: SeverityRules): Date =>
  new Date(occurredAt.getTime() + rules.severity_hours[severity] * HOUR_MS)

/** What is rated: a difference in minor units of its currency, as old as what it is about. */
export interface Rated {
  readonly difference: bigint
  readonly currency: string
  readonly occurredAt: Date
}

/** How urgent an exception is at `now`: the worse of its size and its age, and when its age will make it worse, or null. */
export const rate = (
  { difference, currency, occurredAt }: Rated,
  now: Date,
  rules: SeverityRules,
): { readonly severity: Severity; readonly nextAt: Date | null } => {
  const old = reached((severity) => boundAt(occurredAt, severity, rules) <= now)
  const severity = worst(byAmount(difference, currency, rules), old)
  const next = WORSENING.filter((worse) => worst(worse, severity) !== severity)
    .map((worse) => boundAt(occurredAt, worse, rules))
    .sort((one, other) => one.getTime() - other.getTime())
    .find((at) => at > now)
  return { severity, nextAt: next ?? null }
}

/** By when to act on what became `severity` at `now`; `before` is an earlier promise, which getting worse never puts off. */
export const actBy = (severity: Severity, now: Date, rules: SeverityRules, before?: Date): Date => {
  const at = new Date(now.getTime() + rules.act_within_hours[severity] * HOUR_MS)
  return before && before < at ? before : at
}
