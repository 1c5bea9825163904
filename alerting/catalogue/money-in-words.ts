import { isCurrency } from '#core/currencies.ts'
import { formatMajor } from '#core/money.ts'

/** "GBP 12.50" of 1250 minor units; of a currency that we cannot count, minor units and said so. */
export const moneyOf = (minor: bigint, currency: string): string =>
  isCurrency(currency)
    ? `${currency.toUpperCase()} ${formatMajor(minor, currency)}`
    : `${currency.toUpperCase()} ${minor} minor units`
