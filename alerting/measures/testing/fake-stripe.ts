import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Stripe from 'stripe'
import { openStripe } from '#core/stripe-client.ts'

/** Answers by path below `/v1/`; a number is a status without more, null is silence. */
export type Answers = Record<string, object | number | null>

/** A Stripe that says what a test has it say, over real HTTP. */
export interface FakeStripe {
  readonly stripe: Stripe
  readonly answers: Answers
  readonly asked: string[]
  close(): Promise<void>
}

/** Starts one on a port of its own. */
export const startFakeStripe = async (answers: Answers): Promise<FakeStripe> => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://stripe').pathname.replace('/v1/', '')
    asked.push(name)
    const answer = answers[name]
    if (answer === null) return
    const isStatus = typeof answer === 'number' || answer === undefined
    response.writeHead(isStatus ? (answer ?? 404) : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isStatus ? { error: { type: 'api_error', message: 'no' } } : answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    stripe: openStripe('sk_test_tillwatch0000', `http://127.0.0.1:${port}`),
    answers,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
