import { LOG_IN_CODES, STEP_CODES } from './contracts/access-codes.ts'

/** The four kinds: the caller's mistake, a refusal by rule, a failure of what we depend on, a bug of ours. */
export type ErrorKind = 'invalid_input' | 'refusal' | 'upstream_failure' | 'bug'

export interface ErrorCodeEntry {
  readonly status: number
  readonly kind: ErrorKind
  readonly meaning: string
  /** What the person at the till, in the office or on call does about it. */
  readonly todo: string
}

const entry = (status: number, kind: ErrorKind, meaning: string, todo: string): ErrorCodeEntry => ({
  status,
  kind,
  meaning,
  todo,
})

const fixTheCall = 'Mend the request; nothing was done.'
const wait = 'Repeat the same call with the same key after Retry-After.'

/** Every code a client can meet, with its HTTP status. docs/errors.md lists the same rows and a test compares them. */
export const ERROR_CODES = {
  malformed_json: entry(400, 'invalid_input', 'The body is not JSON.', fixTheCall),
  invalid_utf8: entry(400, 'invalid_input', 'The body is not UTF-8 without a byte order mark.', fixTheCall),
  duplicate_json_key: entry(400, 'invalid_input', 'A key stands twice in one JSON object.', fixTheCall),
  forbidden_key: entry(422, 'invalid_input', 'A key such as __proto__ is not allowed.', fixTheCall),
  too_complex: entry(422, 'invalid_input', 'More than 20 levels or 200 keys.', fixTheCall),
  payload_too_large: entry(413, 'invalid_input', 'The body is too large.', fixTheCall),
  unsupported_media_type: entry(
    415,
    'invalid_input',
    'The body must be application/json in UTF-8.',
    fixTheCall,
  ),
  method_not_allowed: entry(
    405,
    'invalid_input',
    'The path exists, but not for this method; see Allow.',
    fixTheCall,
  ),
  not_found: entry(404, 'invalid_input', 'There is no such path or object.', 'Check the id.'),
  validation_failed: entry(
    422,
    'invalid_input',
    'A field is missing, unknown or of the wrong form; see issues.',
    fixTheCall,
  ),
  amount_invalid: entry(
    422,
    'invalid_input',
    'An amount must be a positive integer of minor units within range.',
    fixTheCall,
  ),
  currency_amount_invalid: entry(
    422,
    'invalid_input',
    'The currency is unknown or does not count this amount.',
    fixTheCall,
  ),
  metadata_invalid: entry(
    422,
    'invalid_input',
    'Metadata or text breaks a limit or holds a character that is not text.',
    fixTheCall,
  ),
  pan_detected: entry(
    422,
    'invalid_input',
    'A field looks like a card number; it was not stored.',
    'Never type card numbers into Tillwatch.',
  ),
  idempotency_key_required: entry(400, 'invalid_input', 'Money calls need an Idempotency-Key.', fixTheCall),
  idempotency_key_invalid: entry(
    400,
    'invalid_input',
    'The Idempotency-Key is longer than 255 or not printable.',
    fixTheCall,
  ),
  idempotency_key_reused: entry(
    422,
    'refusal',
    'The key was used for another request.',
    'Use a new key for a new payment.',
  ),
  operation_in_progress: entry(409, 'refusal', 'A call with this key is still running.', wait),
  query_invalid: entry(
    422,
    'invalid_input',
    'A filter, cursor, limit or range is unknown or wrong; see issues.',
    fixTheCall,
  ),
  duplicate_parameter: entry(400, 'invalid_input', 'A query parameter stands twice.', fixTheCall),
  ...LOG_IN_CODES,
  unauthenticated: entry(
    401,
    'invalid_input',
    'The token is missing, unknown, expired or revoked.',
    'Ask an admin for a token.',
  ),
  token_in_url: entry(
    400,
    'invalid_input',
    'Tokens belong in the Authorization header, not in the URL.',
    'Revoke this token: it is in logs now.',
  ),
  ...STEP_CODES,
  forbidden: entry(403, 'refusal', 'The role of this token may not do this.', 'Ask someone whose role may.'),
  invalid_state: entry(
    409,
    'refusal',
    'The object is not in a state that allows this.',
    'Read it again and look at its status.',
  ),
  version_stale: entry(
    409,
    'refusal',
    'It changed since you read it; see changed.',
    'Read it again, look at what changed, and decide anew.',
  ),
  count_differs: entry(
    409,
    'refusal',
    'The filter matches another number than expected; nothing was done.',
    'Look at the list again; count is the number now.',
  ),
  bulk_too_large: entry(
    422,
    'refusal',
    'The filter matches more exceptions than one bulk action may touch; nothing was done.',
    'Narrow the filter.',
  ),
  second_person_required: entry(
    403,
    'refusal',
    'Whoever asked for this cannot agree to it, with this or any other token.',
    'Let another person approve it.',
  ),
  approval_expired: entry(
    409,
    'refusal',
    'The exception changed after the approval was asked for; nothing was booked.',
    'Look at it again and ask anew.',
  ),
  refund_exceeds_capture: entry(
    409,
    'refusal',
    'More would be refunded than was taken.',
    'Refund at most what is left.',
  ),
  refund_over_limit: entry(
    403,
    'refusal',
    'This role may not give back or write off that much.',
    'Ask a manager.',
  ),
  amount_exceeds_due: entry(
    409,
    'refusal',
    'The tender is larger than what is due on the sale.',
    'Read the sale again and take what is due.',
  ),
  external_ref_reused: entry(
    409,
    'refusal',
    'This till already sent another sale under this external_ref.',
    'Use the sale that exists.',
  ),
  card_declined: entry(
    402,
    'refusal',
    'The card was refused; see decline_code and advice.',
    'Follow advice.say; runbook section 3.',
  ),
  payment_refused: entry(
    422,
    'refusal',
    'Stripe refused the request itself.',
    'Read the message; on-call looks at the request id.',
  ),
  rate_limited: entry(429, 'refusal', 'Too many calls.', wait),
  provider_mismatch: entry(
    502,
    'upstream_failure',
    "Stripe's answer is not about what was asked for; nothing was booked and the payment is parked.",
    'Do not charge again; on-call compares the payment with Stripe, then calls sync.',
  ),
  provider_unavailable: entry(
    503,
    'upstream_failure',
    'Stripe cannot be reached; nothing was charged.',
    'Repeat with the same key, or take cash.',
  ),
  reader_offline: entry(
    503,
    'upstream_failure',
    'The card reader cannot be reached; nothing was charged.',
    'Use another reader, or take cash; the same key may be used again.',
  ),
  reader_busy: entry(
    409,
    'refusal',
    'The card reader works on another payment; nothing was charged.',
    'Wait for it or use another reader; the same key may be used again.',
  ),
  storage_unavailable: entry(
    503,
    'upstream_failure',
    'The database cannot be reached.',
    'Repeat with the same key, or take cash; on-call is paged.',
  ),
  mail_unavailable: entry(
    503,
    'upstream_failure',
    'No mail server is set up; nothing was sent.',
    'Print the receipt; an admin sets SMTP_URL.',
  ),
  analytics_unavailable: entry(
    503,
    'upstream_failure',
    'ClickHouse cannot be reached; payments go on.',
    'Nothing at the till; on-call looks at /readyz.',
  ),
  analytics_copy_differs: entry(
    503,
    'upstream_failure',
    "ClickHouse's copy of the two sides is not what Postgres sent; nothing was compared.",
    'Run the full comparison again; when it stays, on-call empties the reconciliation tables in ClickHouse.',
  ),
  inbox_not_drained: entry(
    503,
    'upstream_failure',
    'Accepted webhooks were not applied within a minute; the run was not published.',
    'Check that the worker runs; the nightly run is repeated by itself.',
  ),
  run_killed: entry(
    503,
    'upstream_failure',
    'The process was killed each of the five times that it was at this run; it is not taken up again.',
    'On-call: find what kills it (memory, the machine), then run the dates again by hand.',
  ),
  dates_uncertified: entry(
    409,
    'refusal',
    'The report reaches dates after the last certified one; their figures still change.',
    'End it with the last certified date, wait for the nightly run, or ask with uncertified=include.',
  ),
  signature_invalid: entry(
    400,
    'invalid_input',
    'The delivery is not signed by Stripe for us, or too old.',
    'Check the signing secret and the clock.',
  ),
  wrong_account: entry(
    400,
    'invalid_input',
    'The delivery is of another account or mode.',
    'Check the endpoint in Stripe.',
  ),
  config_invalid: entry(
    500,
    'invalid_input',
    'The configuration is wrong; every wrong key is named.',
    'Mend the named keys.',
  ),
  data_folder_busy: entry(
    409,
    'refusal',
    'Another Tillwatch runs on this data folder.',
    'Use it, stop it, or give --data another folder.',
  ),
  uri_too_long: entry(414, 'invalid_input', 'The URL is longer than 8 KB.', fixTheCall),
  headers_too_large: entry(431, 'invalid_input', 'The headers are longer than 16 KB.', fixTheCall),
  malformed_request: entry(400, 'invalid_input', 'The request is not HTTP as RFC 9112 has it.', fixTheCall),
  request_timeout: entry(
    408,
    'invalid_input',
    'The request did not arrive in time.',
    'Repeat with the same key.',
  ),
  starting: entry(503, 'upstream_failure', 'The platform is starting.', wait),
  invariant_violated: entry(
    500,
    'bug',
    'Something that must hold did not; the work was undone.',
    'On-call: search the logs for the request id.',
  ),
  internal_error: entry(
    500,
    'bug',
    'Something unexpected failed; the work was undone.',
    'On-call: search the logs for the request id.',
  ),
} as const satisfies Record<string, ErrorCodeEntry>

export type ErrorCode = keyof typeof ERROR_CODES
