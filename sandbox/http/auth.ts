import { forbidden, unauthorized } from './errors.ts'

const basicUser = (encoded: string): string => {
  const plain = Buffer.from(encoded, 'base64').toString('utf8')
  return plain.slice(0, plain.includes(':') ? plain.indexOf(':') : plain.length)
}

const keyOf = (header: string): string | null => {
  const [scheme = '', value = ''] = header.trim().split(/\s+/, 2)
  if (/^bearer$/i.test(scheme)) return value
  if (/^basic$/i.test(scheme)) return basicUser(value)
  return null
}

/**
 * Accepts any test secret or restricted key, as Bearer or Basic; throws 401 for everything else, live keys first. Two
 * kinds of key play a part: `sk_test_expired…` is told that it is (401), `rk_test_readonly…` may only read (403).
 */
export const authenticate = (header: string | undefined, method: string): void => {
  const key = header === undefined ? null : keyOf(header)
  if (!key) {
    throw unauthorized(
      'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.',
    )
  }
  if (/^[a-z]+_live_/.test(key)) {
    throw unauthorized(
      'This is a local sandbox: live keys are refused here. Use a key that starts with sk_test_.',
    )
  }
  if (key.startsWith('pk_')) {
    throw unauthorized('This API call cannot be made with a publishable API key.', 'secret_key_required')
  }
  if (!/^(sk|rk)_test_\w+$/.test(key))
    throw unauthorized('Invalid API Key provided: only sk_test_ and rk_test_ keys.')
  if (/^[sr]k_test_expired/.test(key)) throw unauthorized('Expired API Key provided.', 'api_key_expired')
  if (key.startsWith('rk_test_readonly') && method !== 'GET') {
    throw forbidden('The provided key does not have the required permissions for this endpoint.')
  }
}
