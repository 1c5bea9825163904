import { formatMajor } from '#core/money.ts'
import { shop } from './shop.svelte.ts'

/** An amount in minor units as people of the shop write it, with the currency's own digits. */
export const money = (minor: number | string | bigint, currency: string): string =>
  new Intl.NumberFormat(shop.locale, { style: 'currency', currency }).format(
    formatMajor(BigInt(minor), currency) as Intl.StringNumericLiteral,
  )

/** A count with the locale's grouping. */
export const count = (value: number): string => new Intl.NumberFormat(shop.locale).format(value)

/** A share as a percentage that is never rounded across `line`: 94.996 % is not shown as 95.00 %. */
export const percent = (share: number, digits = 2): string => {
  const factor = 10 ** (digits + 2)
  return `${new Intl.NumberFormat(shop.locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(Math.floor(share * factor + 1e-9) / 10 ** digits)} %`
}

type Style = 'time' | 'short' | 'long' | 'date'

const STYLES: Readonly<Record<Style, Intl.DateTimeFormatOptions>> = {
  time: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  short: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  long: { dateStyle: 'full', timeStyle: 'medium' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
}

/** An instant in the shop's zone. */
export const when = (at: string | Date, style: Style = 'short'): string =>
  new Intl.DateTimeFormat(shop.locale, { timeZone: shop.zone, ...STYLES[style] }).format(new Date(at))

/** A business date (`2026-11-22`), which has no zone. */
export const businessDate = (date: string): string =>
  new Intl.DateTimeFormat(shop.locale, {
    timeZone: 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  }).format(new Date(`${date}T00:00:00Z`))

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
]

/** How long ago, in the largest unit that fits: `3 minutes ago`. */
export const ago = (at: string | Date, now: Date): string => {
  const seconds = Math.round((new Date(at).getTime() - now.getTime()) / 1_000)
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const)
  return new Intl.RelativeTimeFormat(shop.locale, { numeric: 'auto' }).format(
    Math.trunc(seconds / size),
    unit,
  )
}

/** A length of time in its two largest units: `2 h 5 min`. */
export const duration = (seconds: number): string => {
  const parts: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ]
  const first = parts.findIndex(([, size]) => seconds >= size)
  if (first === -1) return '0 s'
  let rest = Math.round(seconds)
  return parts
    .slice(first, first + 2)
    .map(([unit, size]) => {
      const whole = Math.floor(rest / size)
      rest -= whole * size
      return whole > 0 ? `${whole} ${unit}` : ''
    })
    .filter((text) => text !== '')
    .join(' ')
}

/** Names that are not written as they are spelled in code. */
const PROPER: Readonly<Record<string, string>> = {
  stripe: 'Stripe',
  clickhouse: 'ClickHouse',
  postgres: 'PostgreSQL',
  oncall: 'on call',
  kpis: 'KPIs',
  id: 'ID',
  pin: 'PIN',
}

/** `amount_mismatch` as people write it: `amount mismatch`; `orphan_in_stripe` is an `orphan in Stripe`. */
export const words = (name: string): string =>
  name
    .split(/[_ ]/)
    .map((part) => PROPER[part] ?? part)
    .join(' ')

/** `Amount mismatch`. */
export const sentence = (name: string): string => {
  const text = words(name)
  return text.charAt(0).toUpperCase() + text.slice(1)
}
