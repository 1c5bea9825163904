import { isPublishedNumber } from './cards.ts'

/** Issuer ranges with the lengths their numbers have, so that ordinary long numbers are not taken for cards. */
const NETWORKS: readonly RegExp[] = [
  /^4(\d{12}|\d{15}|\d{18})$/, // Visa
  /^(5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}$/, // Mastercard
  /^3[47]\d{13}$/, // American Express
  /^(6011|64[4-9]\d|65\d{2})\d{12,15}$/, // Discover
  /^3(0[0-5]|[689]\d)\d{11}$/, // Diners Club
  /^35(2[89]|[3-8]\d)\d{12,15}$/, // JCB
  /^62\d{14,17}$/, // UnionPay
  /^(5018|5020|5038|6304|6759|676[1-3])\d{12,15}$/, // Maestro
]

const passesLuhn = (digits: string): boolean => {
  let sum = 0
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at])
    const doubled = digit * 2
    sum += at % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

const ANY_NETWORK = new RegExp(NETWORKS.map(({ source }) => source).join('|'))

const isRealCard = (digits: string): boolean =>
  ANY_NETWORK.test(digits) && passesLuhn(digits) && !isPublishedNumber(digits)

const DIGITS_MIN = 13
const DIGITS_MAX = 19

/** Digits in groups, as people write card numbers. Linear in the text: no part of it can be read in two ways. */
const RUNS = /\d+(?:[ .\u2010-\u2015-]\d+)*/g

const isWordPart = (char: string | undefined): boolean => char !== undefined && /[A-Za-z]/.test(char)

/** A number within a longer word (an id, an IBAN) is none; what may follow a card number is an expiry date or an amount. */
const holdsCard = (text: string): boolean => {
  for (const { 0: run, index } of text.matchAll(RUNS)) {
    const groups = run.split(/\D/)
    const from = isWordPart(text[index - 1]) ? 1 : 0
    const to = groups.length - (isWordPart(text[index + run.length]) ? 1 : 0)
    for (let first = from; first < to; first += 1) {
      let digits = ''
      for (let last = first; last < to && digits.length < DIGITS_MAX; last += 1) {
        digits += groups[last] ?? ''
        if (digits.length >= DIGITS_MIN && isRealCard(digits)) return true
      }
    }
  }
  return false
}

/** Which secret a text holds that a sandbox must neither use nor keep: a live key or a card number that may be real. */
export const secretIn = (text: string): 'live_key' | 'card_number' | null => {
  const plain = text.normalize('NFKC')
  if (/(?:[sprc]k|sk_org)_live_/.test(plain)) return 'live_key'
  return holdsCard(plain) ? 'card_number' : null
}
