/** Test numbers that the brands and Stripe publish; no card has them. 13, 14, 15, 16 and 19 digits. */
export const CARD_NUMBERS = [
  '4242424242424242',
  '4000056655665556',
  '4222222222222',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '6011111111111117',
  '3056930009020004',
  '30569309025904',
  '3566002020360505',
  '6205500000000000004',
]

const inFours = (digits: string, between: string): string => (digits.match(/.{1,4}/g) ?? []).join(between)
const each = (digits: string, between: string): string => [...digits].join(between)
const inScript = (digits: string, zero: number): string =>
  [...digits].map((digit) => String.fromCodePoint(zero + Number(digit))).join('')

/** Ways in which people and programs write a card number, by hand; `\u`-free, so that each is what it looks like. */
const FORMS: readonly ((digits: string) => string)[] = [
  (digits) => digits,
  (digits) => `card ${digits}`,
  (digits) => `${digits}, exp 12/30`,
  (digits) => `x${digits}x`,
  (digits) => `pan=${digits};cvc=123`,
  (digits) => `"${digits}"`,
  (digits) => `+${digits}`,
  (digits) => inFours(digits, ' '),
  (digits) => inFours(digits, '-'),
  (digits) => inFours(digits, '.'),
  (digits) => inFours(digits, '_'),
  (digits) => inFours(digits, '  '),
  (digits) => inFours(digits, ' - '),
  (digits) => inFours(digits, ' / '),
  (digits) => inFours(digits, '--'),
  (digits) => each(digits, ' '),
  (digits) => each(digits, '-'),
  (digits) => `${digits.slice(0, 6)} ${digits.slice(6)}`,
  (digits) => `${digits.slice(0, 4)} ${digits.slice(4, 10)} ${digits.slice(10)}`,
  (digits) => `till 7 ${digits}`,
  (digits) => inFours(digits, '\t'),
  (digits) => inFours(digits, '\n'),
  (digits) => inFours(digits, '\r\n'),
  (digits) => inFours(digits, '\u00a0'),
  (digits) => inFours(digits, '\u2009'),
  (digits) => inFours(digits, '\u2013'),
  (digits) => inFours(digits, '\u2212'),
  (digits) => each(digits, '\u200b'),
  (digits) => each(digits, '\u00ad'),
  (digits) => inScript(digits, 0xff10),
  (digits) => inFours(inScript(digits, 0xff10), '\u3000'),
  (digits) => inScript(digits, 0x0660),
  (digits) => inScript(digits, 0x0966),
  (digits) => inScript(digits, 0x1d7d8),
]

/** Every number in every form: 374 of them. */
export const CARD_NUMBER_FORMS: readonly string[] = CARD_NUMBERS.flatMap((digits) =>
  FORMS.map((form) => form(digits)),
)
