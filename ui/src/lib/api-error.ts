/** One thing wrong with what was sent. */
export interface Issue {
  readonly path: string
  readonly message: string
}

/** A refusal of the platform, or `offline` when no answer came at all: then nothing is known of the outcome. */
export class ApiError extends Error {
  readonly code: string
  /** 0 when no answer came. */
  readonly status: number
  readonly requestId: string
  readonly issues: readonly Issue[]
  /** Everything else that the error said: `payment`, `advice`, `limit`, ... */
  readonly details: Readonly<Record<string, unknown>>
  readonly retryAfterS: number | null

  constructor(status: number, body: unknown, retryAfter: string | null = null) {
    const said = readError(body)
    super(said.message)
    this.name = 'ApiError'
    this.status = status
    this.code = said.code
    this.requestId = said.request_id
    this.issues = said.issues
    this.details = said.details
    this.retryAfterS = retryAfter === null ? null : Number(retryAfter)
  }
}

const readError = (body: unknown) => {
  const error = (body as { error?: Record<string, unknown> } | null)?.error ?? {}
  const { code, message, request_id, issues, ...details } = error
  return {
    code: typeof code === 'string' ? code : 'internal_error',
    message: typeof message === 'string' ? message : 'The platform gave no answer that can be read.',
    request_id: typeof request_id === 'string' ? request_id : '',
    issues: Array.isArray(issues) ? (issues as Issue[]) : [],
    details,
  }
}

/** What to throw when the network itself failed. */
export const offline = (): ApiError =>
  new ApiError(0, { error: { code: 'offline', message: 'No answer: the connection was lost.' } })

/** The code of whatever was thrown. */
export const codeOf = (thrown: unknown): string =>
  thrown instanceof ApiError ? thrown.code : 'internal_error'
