import type { Random } from './env.ts'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** `count` random characters of base 62. */
export const randomText = (random: Random, count: number): string => {
  let text = ''
  for (const byte of random.bytes(count)) text += ALPHABET[byte % 62]
  return text
}

/** An id in Stripe's form: prefix, underscore, 24 characters (`pi_3...`). */
export const newId = (random: Random, prefix: string): string => `${prefix}_3${randomText(random, 23)}`

/** `count` random hexadecimal digits in capitals, as receipts print them. */
export const randomHex = (random: Random, count: number): string => {
  let text = ''
  for (const byte of random.bytes(count)) text += (byte % 16).toString(16)
  return text.toUpperCase()
}
