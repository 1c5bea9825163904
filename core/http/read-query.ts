import { TillwatchError } from '../errors.ts'
import { TOKEN_SHAPE } from '../access/tokens.ts'
import { containsPan } from './pan.ts'
import { checkText } from './read-json.ts'

const TOKEN_PARAMETERS = new Set(['token', 'access_token', 'api_key', 'apikey', 'authorization'])
const STRIPE_KEY = /\b[sr]k_(?:live|test)_\w/

const decodeOrKeep = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Refuses a card number in the path: paths are stored with idempotency keys, and by whatever stands before us. */
export const refusePanInPath = (url: URL): void => {
  if (containsPan(decodeOrKeep(url.pathname))) throw new TillwatchError('pan_detected')
}

/** Refuses a URL that carries a token of ours or Stripe's: URLs end up in logs. */
export const refuseTokenInUrl = (url: URL): void => {
  const names = [...url.searchParams.keys()].map((name) => name.toLowerCase())
  const whole = [decodeOrKeep(url.pathname), ...url.searchParams.keys(), ...url.searchParams.values()].join(
    '\n',
  )
  if (names.some((name) => TOKEN_PARAMETERS.has(name)) || TOKEN_SHAPE.test(whole) || STRIPE_KEY.test(whole))
    throw new TillwatchError('token_in_url')
}

const asQueryError = (error: unknown): unknown =>
  error instanceof TillwatchError && error.code === 'metadata_invalid'
    ? new TillwatchError('query_invalid', undefined, { cause: error })
    : error

/** What is no UTF-8 would be read as U+FFFD in silence. */
const checkEncoding = (url: URL): void => {
  try {
    decodeURIComponent(url.search)
  } catch (cause) {
    throw new TillwatchError('query_invalid', undefined, { cause })
  }
}

/** A URL's parameters, each at most once. Throws `duplicate_parameter`, `query_invalid` or `pan_detected`. */
export const readQuery = (url: URL): Record<string, string> => {
  checkEncoding(url)
  const seen = new Map<string, string>()
  for (const [name, value] of url.searchParams) {
    if (seen.has(name)) throw new TillwatchError('duplicate_parameter')
    try {
      checkText(name)
      checkText(value)
    } catch (error) {
      throw asQueryError(error)
    }
    seen.set(name, value)
  }
  return Object.fromEntries(seen)
}
