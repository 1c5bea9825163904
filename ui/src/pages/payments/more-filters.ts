import { currenciesWithDecimals } from '#core/currencies.ts'
import type { FILTERS } from './payment.ts'

/** Filters behind the fold, by their parameter. */
export type MoreFilter = Exclude<(typeof FILTERS)[number], (typeof IN_SIGHT)[number]>

/** Filters that always stand in sight: as tabs, as fields, as the search. */
export const IN_SIGHT = ['status', 'q', 'from', 'to', 'method', 'till_id'] as const

/** The largest amount of a payment that the API filters by, in minor units. */
export const AMOUNT_MAX = 99_999_999

/** Card networks as Stripe writes them. */
export const BRANDS = [
  'visa',
  'mastercard',
  'amex',
  'discover',
  'diners',
  'jcb',
  'unionpay',
  'cartes_bancaires',
  'eftpos_au',
  'interac',
] as const

/** Every currency that an amount can be of, the shop's own first. */
export const currenciesFrom = (own: string): readonly string[] => [
  own,
  ...[0, 2, 3]
    .flatMap(currenciesWithDecimals)
    .filter((one) => one !== own)
    .sort(),
]

/** How many filters behind the fold an address has. */
export const countFolded = (filters: Readonly<Record<string, string>>): number =>
  Object.keys(filters).filter((name) => !(IN_SIGHT as readonly string[]).includes(name)).length

/** A field that is written: what it is called, what may stand in it, and how to write it. */
export interface WrittenFilter {
  readonly name: MoreFilter
  readonly label: string
  readonly max: number
  readonly fits?: RegExp
  readonly how?: string
  readonly digits?: true
}

const HOURS_MAX = 366 * 24

/** The written fields in the order in which they stand; what the API would refuse is refused here, with how to write it. */
export const WRITTEN: readonly WrittenFilter[] = [
  { name: 'customer_ref', label: 'Customer', max: 100 },
  { name: 'external_ref', label: 'Receipt no.', max: 100 },
  {
    name: 'last4',
    label: 'Card’s last four digits',
    max: 4,
    fits: /^\d{4}$/,
    how: 'Four digits.',
    digits: true,
  },
  {
    name: 'decline_code',
    label: 'Decline code',
    max: 60,
    fits: /^[a-z_]{1,60}$/,
    how: 'Such as insufficient_funds.',
  },
  {
    name: 'hours',
    label: 'Hours back',
    max: 4,
    fits: /^\d{1,4}$/,
    how: `1 to ${HOURS_MAX}.`,
    digits: true,
  },
]

/** What is put into the address for what was written; undefined when it does not fit. */
export const readWritten = ({ name, max, fits }: WrittenFilter, text: string): string | undefined => {
  const given = text.trim()
  if (given === '') return ''
  const value = name === 'decline_code' ? given.toLowerCase().replaceAll(/[\s-]+/g, '_') : given
  if (value.length > max || (fits && !fits.test(value))) return undefined
  if (name === 'hours' && (Number(value) < 1 || Number(value) > HOURS_MAX)) return undefined
  return value
}
