import { invalid } from './errors.ts'

/** The version the sandbox speaks: the one the `stripe` package pins. */
export const API_VERSION = '2026-10-28.endive'

/** Release trains with their first and last possible date (stripe.md §7: monthly `YYYY-MM-DD.name`). */
const TRAINS: readonly (readonly [string, string, string])[] = [
  ['acacia', '2024-09-30', '2025-03-30'],
  ['basil', '2025-03-31', '2025-09-29'],
  ['clover', '2025-09-30', '2026-03-24'],
  ['dahlia', '2026-03-25', '2026-09-29'],
  ['endive', '2026-09-30', '2026-10-28'],
]

const isKnown = (version: string): boolean => {
  const [, date = '', train] = /^(\d{4}-\d{2}-\d{2})(?:\.([a-z]+))?$/.exec(version) ?? []
  if (date === '') return false
  if (train === undefined) return date >= '2011-01-01' && date <= '2024-06-20'
  return TRAINS.some(([name, first, last]) => name === train && date >= first && date <= last)
}

/** The version a call asks for; null when it sends none (the account's default). Throws 400 for an unknown one. */
export const readVersion = (header: string | undefined): string | null => {
  if (header === undefined || header === '') return null
  if (!isKnown(header)) throw invalid(`Invalid Stripe API version: ${header.slice(0, 40)}`)
  return header
}

/** True from the release that refuses `payment_method_types` on payment intents (2026-09-30.endive). */
export const refusesPaymentMethodTypes = (version: string | null): boolean =>
  version !== null && version >= '2026-09-30'
