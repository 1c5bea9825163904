import Stripe from 'stripe'
import type { Machine } from './env.ts'

/** How a call to Stripe ended, as its answer's status says; `connection_error` is no answer at all. */
export const STRIPE_OUTCOMES = [
  'ok',
  'card_error',
  'invalid_request',
  'rate_limited',
  'auth_error',
  'api_error',
  'connection_error',
] as const
export type StripeCallOutcome = (typeof STRIPE_OUTCOMES)[number]

/** One HTTP call to Stripe, repetitions counted singly. */
export interface StripeCall {
  /** "POST /v1/payment_intents/:id/confirm": without ids. */
  readonly operation: string
  readonly outcome: StripeCallOutcome
  readonly seconds: number
}

const BY_STATUS: Readonly<Record<number, StripeCallOutcome>> = {
  401: 'auth_error',
  402: 'card_error',
  403: 'auth_error',
  429: 'rate_limited',
}

/** What an answer's status means (Stripe, "HTTP status code summary"). */
export const outcomeOfStatus = (status: number): StripeCallOutcome => {
  if (status < 400) return 'ok'
  return BY_STATUS[status] ?? (status < 500 ? 'invalid_request' : 'api_error')
}

const ID = /^[a-z]+_[A-Za-z0-9_]+$/
/** Names with an underscore that are no ids. */
const isId = (segment: string): boolean => ID.test(segment) && /\d/.test(segment)

/** A call's name: method and path, its ids and query left out, so that there are few of them. */
export const operationOf = (method: string, path: string): string => {
  const [plain = ''] = path.split('?')
  const named = plain.split('/').map((segment) => (isId(segment) ? ':id' : segment))
  return `${method} ${named.join('/')}`
}

/** Stripe's own HTTP client, every call of which is told to `onCall` once it ended. */
export const watchedHttpClient = (
  machine: Machine,
  onCall: (call: StripeCall) => void,
): Stripe.HttpClient => {
  const client = Stripe.createNodeHttpClient()
  const send = client.makeRequest.bind(client)
  client.makeRequest = async (...args: Parameters<typeof send>) => {
    const [, , path, method] = args
    const startedMs = machine.nowMs()
    const tell = (outcome: StripeCallOutcome) => {
      onCall({
        operation: operationOf(method, path),
        outcome,
        seconds: (machine.nowMs() - startedMs) / 1_000,
      })
    }
    try {
      const response = await send(...args)
      tell(outcomeOfStatus(response.getStatusCode()))
      return response
    } catch (error) {
      tell('connection_error')
      throw error
    }
  }
  return client
}
