/** Body of Stripe's error envelope; absent rather than null (stripe.md §2). */
export type ErrorBody = {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  code?: string
  decline_code?: string
  advice_code?: string
  message: string
  param?: string
  doc_url?: string
  request_log_url?: string
  charge?: string
  payment_intent?: object
  payment_method?: object
  payment_method_type?: string
  setup_intent?: object
}

/** An answer of Stripe that is not a success: nothing of the call was done. */
export class StripeFailure extends Error {
  override readonly name = 'StripeFailure'
  readonly status: number
  readonly body: ErrorBody
  /** Headers that this failure has beside those of every answer. */
  readonly headers: Readonly<Record<string, string>>
  constructor(status: number, body: ErrorBody, headers: Readonly<Record<string, string>> = {}) {
    super(body.message)
    this.status = status
    this.body = body
    this.headers = headers
  }
}

const docUrl = (code: string): string => `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`

/** 400 invalid_request_error with optional code and param. */
export const invalid = (
  message: string,
  about: { code?: string; param?: string; extra?: Partial<ErrorBody> } = {},
): StripeFailure =>
  new StripeFailure(400, {
    ...(about.code ? { code: about.code, doc_url: docUrl(about.code) } : {}),
    message,
    ...(about.param ? { param: about.param } : {}),
    ...about.extra,
    type: 'invalid_request_error',
  })

/** An object that does not exist: 404 when the URL names it, 400 when a parameter does. */
export const missing = (words: string, id: string, param: string, status: 400 | 404 = 404): StripeFailure =>
  new StripeFailure(status, {
    code: 'resource_missing',
    doc_url: docUrl('resource_missing'),
    message: `No such ${words}: '${id}'`,
    param,
    type: 'invalid_request_error',
  })

/** 401; on the v1 wire an authentication problem has the type invalid_request_error. */
export const unauthorized = (message: string, code?: string): StripeFailure =>
  new StripeFailure(401, {
    ...(code ? { code, doc_url: docUrl(code) } : {}),
    message,
    type: 'invalid_request_error',
  })

/** 403: a restricted key that lacks a permission. Stripe gives no code that is known for certain (stripe.md §11c). */
export const forbidden = (message: string): StripeFailure =>
  new StripeFailure(403, { message, type: 'invalid_request_error' })

/** A bug of the sandbox itself; the cause goes to standard error, never to the caller. */
export const internalFailure = (): StripeFailure =>
  new StripeFailure(500, {
    message: 'An unknown error occurred in the sandbox. See its standard error output.',
    type: 'api_error',
  })

/** The documentation link Stripe puts beside a code. */
export const errorDocUrl = docUrl
