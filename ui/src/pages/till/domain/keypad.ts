/** Keys of the keypad for amounts; `00` for whole units. */
export const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '00', '0', '⌫'] as const
export type Key = (typeof KEYS)[number]

/** Most that one payment may be, in minor units (Stripe's eight digits). */
const AMOUNT_MAX = 99_999_999

/** An amount in minor units after a key: digits come in from the right, as on a till. Too much is ignored. */
export const pressKey = (amount: number, key: Key): number => {
  if (key === '⌫') return Math.floor(amount / 10)
  const next = key === '00' ? amount * 100 : amount * 10 + Number(key)
  return next > AMOUNT_MAX ? amount : next
}

/** Digits of a PIN after a key; at most `max` of them. */
export const pressDigit = (digits: string, key: string, max = 12): string =>
  key === '⌫' ? digits.slice(0, -1) : (digits + key).slice(0, max)

const NOTES = [500, 1_000, 2_000, 5_000, 10_000, 20_000] as const

/** What a customer is likely to hand over for `due`: the amount itself, then the next round sums. */
export const likelyCash = (due: number): readonly number[] => {
  const rounded = [100, 500].map((step) => Math.ceil(due / step) * step)
  const all = [due, ...rounded, ...NOTES].filter((amount) => amount >= due)
  return [...new Set(all)].toSorted((a, b) => a - b).slice(0, 5)
}
