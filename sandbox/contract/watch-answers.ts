import Stripe from 'stripe'
import type { AnswerChecker } from './check-answer.ts'

/** The official SDK against a local server, with every answer checked on its raw bytes; what is wrong lands in `problems`. */
export const watchedStripe = (
  port: number,
  checker: AnswerChecker,
  config: Stripe.StripeConfig = {},
): { stripe: Stripe; problems: string[] } => {
  const problems: string[] = []
  const watch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    const path = new URL(input instanceof Request ? input.url : input).pathname
    const body: unknown = JSON.parse(await response.clone().text())
    problems.push(...checker.check({ method: init?.method ?? 'GET', path, status: response.status, body }))
    return response
  }
  const stripe = new Stripe('sk_test_contract', {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    httpClient: Stripe.createFetchHttpClient(watch),
    ...config,
  })
  return { stripe, problems }
}
