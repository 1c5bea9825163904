import { currencyExponent, isCurrency } from '#core/currencies.ts'
import { formatMajor } from '#core/money.ts'

/** The currency whose digits an amount of a filter has: the one that the filter names, else the shop's own. */
export const countedIn = (wanted: string, shopCurrency: string): string =>
  isCurrency(wanted) ? wanted : shopCurrency

/** `10`, `10.5` or `10,50` as minor units of the currency; undefined for what it cannot count. */
export const toMinor = (text: string, currency: string): number | undefined => {
  const digits = currencyExponent(currency)
  const match = /^(\d+)(?:[.,](\d+))?$/.exec(text.trim())
  const fraction = match?.[2] ?? ''
  if (!match || fraction.length > digits) return undefined
  const minor = Number(`${match[1] ?? ''}${fraction.padEnd(digits, '0')}`)
  return Number.isSafeInteger(minor) ? minor : undefined
}

/** Minor units as an address has them (`1050`), in major units (`10.50`); '' for what is no number of them. */
export const toMajor = (minor: string, currency: string): string =>
  /^\d{1,15}$/.test(minor) ? formatMajor(BigInt(minor), currency) : ''

/** The same figure in another currency: `1000` pence are 10, and 10 yen are `10`; '' where it has no such digits. */
export const recounted = (minor: string, from: string, to: string): string => {
  const major = toMajor(minor, from)
  const short = major.includes('.') ? major.replace(/\.?0+$/, '') : major
  return toMinor(short, to)?.toString() ?? ''
}
