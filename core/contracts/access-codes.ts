/** Codes of the log-in and of what people may do, kept apart for their length; core/error-codes.ts holds them all. */
export const LOG_IN_CODES = {
  credentials_invalid: {
    status: 401,
    kind: 'invalid_input',
    meaning: 'The e-mail, password, code or PIN is wrong.',
    todo: 'Try again; after five wrong tries wait 15 minutes.',
  },
  csrf_refused: {
    status: 403,
    kind: 'refusal',
    meaning: 'The request came from another site.',
    todo: 'Open Tillwatch itself and do it there.',
  },
  password_refused: {
    status: 422,
    kind: 'invalid_input',
    meaning: 'The password is too short, too long or too well known.',
    todo: 'Take at least 12 characters that nobody would guess.',
  },
} as const

/** Codes of the steps of a session. */
export const STEP_CODES = {
  mfa_required: {
    status: 403,
    kind: 'refusal',
    meaning: 'This needs a second factor proved within the last ten minutes.',
    todo: 'Enter a code from your authenticator and repeat the call.',
  },
  session_unfinished: {
    status: 409,
    kind: 'refusal',
    meaning: 'The log-in is not at this step.',
    todo: 'Begin the log-in anew.',
  },
} as const
