import { ERROR_CODES, type ErrorCode } from './error-codes.ts'

/** One wrong field of a request. */
export interface Issue {
  readonly path: string
  readonly message: string
}

/**
 * A failure with a stable code. Status and kind follow from the code by one table (error-codes.ts); `message` may be
 * shown to clients, `cause` never is.
 */
export class TillwatchError extends Error {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message?: string,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message ?? ERROR_CODES[code].meaning, { cause: options.cause })
    this.name = 'TillwatchError'
    this.code = code
    this.details = options.details ?? {}
  }

  get status(): number {
    return ERROR_CODES[this.code].status
  }
}

/** Throws an `invariant_violated` error, a bug of ours, when `condition` does not hold. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new TillwatchError('invariant_violated', message)
}

/** For a switch that must be exhaustive: reaching it is a bug. */
export const unreachable = (value: never): never => {
  throw new TillwatchError('invariant_violated', `unexpected value ${String(value)}`)
}

/** The code of any thrown value; `internal_error` for what is not ours. */
export const codeOf = (error: unknown): ErrorCode =>
  error instanceof TillwatchError ? error.code : 'internal_error'
