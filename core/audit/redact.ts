import { containsPan } from '../http/pan.ts'

/** Fields whose value is never written down, wherever they stand in a body. */
const SECRET_FIELD =
  /(?:^|_)(?:password|passwords|pin|token|tokens|secret|secrets|totp|otp|cvc|cvv|cookie|authorization)$/i
/** Fields that are secrets under this very name; `reason_code` is none. */
const SECRET_NAME = new Set([
  'code',
  'codes',
  'recovery_codes',
  'recovery_code',
  'current',
  'next',
  'uri',
  'link',
  'number',
])
/** Our tokens, Stripe's keys and webhook secrets, also inside a longer text. */
const SECRET_TEXT =
  /\b(?:tw_[0-9a-z]{26}_[0-9a-f]{64}|(?:sk|rk|pk)_(?:test|live)_\w{8,}|whsec_\w{8,}|\w+_secret_\w{8,})/

const REMOVED = '[removed]'
const TEXT_MAX = 500
const ITEMS_MAX = 100
const DEPTH_MAX = 8

/** Text that Postgres takes: without NUL, and without half a surrogate pair. */
export const plainText = (text: string): string =>
  Buffer.from(text.replaceAll('\u0000', ''), 'utf8').toString('utf8')

const isSecretField = (name: string): boolean =>
  SECRET_FIELD.test(name) || SECRET_NAME.has(name.toLowerCase())

const redactText = (text: string): string => {
  if (SECRET_TEXT.test(text) || containsPan(text)) return REMOVED
  return text.length > TEXT_MAX ? `${plainText(text.slice(0, TEXT_MAX))}...` : plainText(text)
}

const redactList = (list: readonly unknown[], depth: number): unknown[] => {
  const shown = list.slice(0, ITEMS_MAX).map((item) => redactAt(item, depth + 1))
  return list.length > ITEMS_MAX ? [...shown, `... ${list.length - ITEMS_MAX} more`] : shown
}

const redactObject = (value: object, depth: number): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([name, inner]) => [
        redactText(name),
        isSecretField(name) && inner !== null ? REMOVED : redactAt(inner, depth + 1),
      ]),
  )

const redactAt = (value: unknown, depth: number): unknown => {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'boolean') return value
  if (value instanceof Date) return value.toISOString()
  if (typeof value !== 'object' || depth >= DEPTH_MAX) return REMOVED
  return Array.isArray(value) ? redactList(value as unknown[], depth) : redactObject(value, depth)
}

/**
 * What of a value may stand in the audit trail, as JSON: no passwords, PINs, codes, tokens, secrets or card numbers, by the
 * field's name and by what a text holds; long texts, long lists and deep objects are cut.
 */
export const redact = (value: unknown): unknown => redactAt(value, 0)
