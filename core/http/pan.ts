/** Groups of digits with at most one space, dash or dot between them, as people write card numbers. */
const DIGIT_RUNS = /\d+(?:[ .\-]\d+)*/g
/** Brands start with 3 to 6, Mastercard also with 2221 to 2720, UnionPay also with 81. */
const CARD_START = /^(?:[3-6]|81|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))/
const DIGITS_MIN = 13
const DIGITS_MAX = 19

const passesLuhn = (digits: string): boolean => {
  let sum = 0
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place])
    const doubled = place % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

const isCardNumber = (digits: string): boolean =>
  CARD_START.test(digits) && !/^(\d)\1+$/.test(digits) && passesLuhn(digits)

/** Whole groups that follow each other and together have as many digits as a card number. */
const holdsCardNumber = (groups: readonly string[]): boolean =>
  groups.some((_, start) => {
    let digits = ''
    for (const group of groups.slice(start)) {
      digits += group
      if (digits.length > DIGITS_MAX) return false
      if (digits.length >= DIGITS_MIN && isCardNumber(digits)) return true
    }
    return false
  })

/**
 * True when the text holds what looks like a card number: 13 to 19 digits with a brand's first digits and a right check
 * digit, also spaced, dashed or in full-width digits. Source: reliability.md §5, PCI DSS 3.3.
 */
export const containsPan = (text: string): boolean => {
  if (text.length < DIGITS_MIN) return false
  const runs = text.normalize('NFKC').match(DIGIT_RUNS) ?? []
  return runs.some((run) => holdsCardNumber(run.split(/[ .\-]/)))
}
