import { ApiError } from '../../lib/api-error.ts'

const WORDS: Readonly<Record<string, string>> = {
  credentials_invalid: 'That PIN is not right.',
  rate_limited: 'Too many tries. Wait a while, or ask a manager.',
  offline: 'No connection. Try again in a moment.',
}

/** Why the door did not open, in words that tell nothing to a stranger. */
export const whyRefused = (thrown: unknown): string => {
  if (!(thrown instanceof ApiError)) return 'This did not work. Try again.'
  return WORDS[thrown.code] ?? thrown.message
}
