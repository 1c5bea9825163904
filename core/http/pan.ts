/** Brands start with 3 to 6, Mastercard also with 2221 to 2720, UnionPay also with 81. */
const CARD_START = /^(?:[3-6]|81|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))/
const DIGITS_MIN = 13
const DIGITS_MAX = 19
const ENOUGH_DIGITS = new RegExp(`(?:\\p{Nd}\\P{Nd}*){${DIGITS_MIN}}`, 'u')

/** Groups of digits with one space, line break, dot, dash or underscore between them, as people write card numbers. */
const SINGLY_PARTED = /\d+(?:[\s.\-_]\d+)*/g
/** Groups with a wider part between them, everywhere the same. */
const WIDELY_PARTED = /\d+(?:(\s{2,4}|[\s]?[-.,/|*][\s]|--)\d+(?:\1\d+)*)?/g

/** What holds long runs of digits by its nature and is no card number: UUIDs, digests, ids of ours. */
const MACHINE_WORDS = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/gi,
  /\b(?=\d*[a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})\b/gi,
  /\b[a-z]{2,5}_[0-9][0-9a-hjkmnp-tv-z]{25}\b/g,
]

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
    for (let at = start; at < groups.length && digits.length < DIGITS_MAX; at += 1) {
      digits += groups[at] ?? ''
      if (digits.length > DIGITS_MAX) return false
      if (digits.length >= DIGITS_MIN && isCardNumber(digits)) return true
    }
    return false
  })

const isDigit = (codePoint: number): boolean => /\p{Nd}/u.test(String.fromCodePoint(codePoint))

/** Unicode has its decimal digits in runs of ten, 0 first. */
const toAsciiDigit = (digit: string): string => {
  const codePoint = digit.codePointAt(0) ?? 0
  let before = 0
  while (isDigit(codePoint - before - 1)) before += 1
  return String(before % 10)
}

/** Digits of every script as 0 to 9, every dash as -, nothing that does not show. */
const toPlain = (text: string): string =>
  /^[\x00-\x7f]*$/.test(text)
    ? text
    : text
        .normalize('NFKC')
        .replaceAll(/[\p{Cf}\p{Mn}]/gu, '')
        .replaceAll(/[\p{Pd}\u2212\u00b7\u2022]/gu, '-')
        .replaceAll(/(?!\d)\p{Nd}/gu, toAsciiDigit)

/**
 * True when the text holds what looks like a card number: 13 to 19 digits with a brand's first digits and a right check
 * digit, in whatever groups, script or separators. Source: reliability.md §5, row 66; PCI DSS 3.3.
 */
export const containsPan = (text: string): boolean => {
  if (!ENOUGH_DIGITS.test(text)) return false
  const plain = MACHINE_WORDS.reduce((rest, word) => rest.replaceAll(word, 'x'), toPlain(text))
  return [SINGLY_PARTED, WIDELY_PARTED].some((pattern) =>
    (plain.match(pattern) ?? []).some((run) => holdsCardNumber(run.match(/\d+/g) ?? [])),
  )
}
