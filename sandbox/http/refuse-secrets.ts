import { secretIn } from '../domain/secrets.ts'
import type { StripeFailure } from './errors.ts'
import { invalid } from './errors.ts'
import type { Raw, RawTree } from './form.ts'

const refusal = (secret: 'live_key' | 'card_number', param: string | undefined): StripeFailure => {
  const about = param === undefined ? {} : { param }
  if (secret === 'live_key') return invalid('This is a local sandbox: live keys are refused here.', about)
  return invalid(
    'This sandbox takes only published test card numbers. Sending raw card numbers is generally unsafe.',
    { code: 'incorrect_number', ...about },
  )
}

const check = (text: string, param?: string): void => {
  const secret = secretIn(text)
  if (secret) throw refusal(secret, param)
}

const checkTree = (raw: Raw, name: string): void => {
  if (typeof raw === 'string') {
    check(raw, name)
    return
  }
  for (const [key, value] of Object.entries(raw)) {
    check(key)
    checkTree(value, name === '' ? key : `${name}[${key}]`)
  }
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** True when the head of a call (its path, its idempotency key) holds what may not be written down. */
export const hasSecretHead = (path: string, key: string | undefined): boolean =>
  secretIn(decoded(path)) !== null || (key !== undefined && secretIn(key) !== null)

/**
 * Refuses a call with a live key or a card number other than the published test ones anywhere in it, before anything of
 * it is stored, logged or repeated (stripe.md §9).
 */
export const refuseSecrets = (path: string, key: string | undefined, raw: RawTree): void => {
  check(decoded(path))
  if (key !== undefined) check(key)
  checkTree(raw, '')
}
