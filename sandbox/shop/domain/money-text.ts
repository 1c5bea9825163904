/** An amount in minor units as a person reads it, for progress lines only: 123456 gbp -> "£1,234.56". */
export function moneyText(amount: number, currency: string): string {
  const format = new Intl.NumberFormat('en-GB', { style: 'currency', currency: currency.toUpperCase() })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0
  const text = String(amount).padStart(digits + 1, '0')
  // The point is put in as text: no amount is ever divided.
  const whole = text.slice(0, text.length - digits)
  return format.format(`${whole}.${text.slice(text.length - digits) || '0'}` as `${number}`)
}
