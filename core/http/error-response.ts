import { ERROR_CODES, type ErrorCode } from '../error-codes.ts'
import { codeOf, TillwatchError } from '../errors.ts'
import { asStorageError } from '../postgres/db.ts'

const RETRY_AFTER_S: Partial<Record<ErrorCode, number>> = {
  operation_in_progress: 1,
  rate_limited: 1,
  starting: 1,
  provider_unavailable: 5,
  storage_unavailable: 5,
  analytics_unavailable: 5,
}

/** The body of an error answer. A bug of ours shows its code and request id, nothing else. */
export const errorBody = (error: unknown, requestId: string): { error: Record<string, unknown> } => {
  const code = codeOf(error)
  const { kind, meaning } = ERROR_CODES[code]
  if (!(error instanceof TillwatchError) || kind === 'bug')
    return { error: { code, message: meaning, request_id: requestId } }
  return { error: { code, message: error.message, request_id: requestId, ...error.details } }
}

/** Headers that go with an error: for `rate_limited` which limit it is, by RateLimit of the IETF's draft. */
const errorHeaders = (error: unknown): Record<string, string> => {
  const code = codeOf(error)
  const { limited_by: limit, retry_after_s: waitS } = error instanceof TillwatchError ? error.details : {}
  const seconds = typeof waitS === 'number' ? waitS : RETRY_AFTER_S[code]
  return {
    ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
    ...(typeof limit === 'string' ? { RateLimit: `"${limit}";r=0;t=${seconds ?? 1}` } : {}),
    ...(code === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer' } : {}),
  }
}

/** The answer to any thrown value: its own code, `storage_unavailable` for an outage, else `internal_error`. */
export const errorResponse = (thrown: unknown, requestId: string): Response => {
  const error = asStorageError(thrown)
  const code = codeOf(error)
  return new Response(JSON.stringify(errorBody(error, requestId)), {
    status: ERROR_CODES[code].status,
    headers: { 'Content-Type': 'application/json; charset=UTF-8', ...errorHeaders(error) },
  })
}
