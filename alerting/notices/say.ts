import { currencyExponent, isCurrency } from '#core/currencies.ts'
import { formatMajor } from '#core/money.ts'

const LOCALE = 'en-GB'

/** "£12.30", "¥1,500": an amount as people of its currency write it, exact however large; never a float. */
export const sayMoney = (amountMinor: bigint, currency: string): string => {
  const code = currency.toUpperCase()
  if (!isCurrency(currency)) return `${amountMinor} minor units of ${code}`
  const digits = currencyExponent(currency)
  const format = new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: code,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  return format.format(formatMajor(amountMinor, currency) as `${number}`)
}

/** Several currencies, never added: "£154.30 and €12.00". */
export const sayAmounts = (
  amounts: readonly { readonly currency: string; readonly amount: bigint }[],
): string =>
  new Intl.ListFormat(LOCALE, { type: 'conjunction' }).format(
    amounts.map(({ currency, amount }) => sayMoney(amount, currency)),
  )

/** "2 Mar, 09:31:05" in a zone. */
export const sayTime = (at: Date, zone: string): string =>
  new Intl.DateTimeFormat(LOCALE, {
    timeZone: zone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(at)

/** "12.4 s". */
export const saySeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
