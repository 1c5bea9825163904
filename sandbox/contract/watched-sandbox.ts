import Stripe from 'stripe'
import { ENDPOINTS } from '../resources/endpoints.ts'
import type { Running } from '../testing/start.ts'
import { dropFolder, newFolder, startSandbox } from '../testing/start.ts'
import type { AnswerChecker } from './check-answer.ts'
import { openChecker } from './check-answer.ts'
import { watchedStripe } from './watch-answers.ts'

export type Watched = {
  running: Running
  checker: AnswerChecker
  /** The official SDK with every answer checked; `problems` says what did not fit. */
  stripe: Stripe
  problems: string[]
  /** Another client of the same sandbox. */
  client: (config: Stripe.StripeConfig, key?: string) => Stripe
  /** Moves the sandbox's clock on, and what is due by then is done. */
  advance: (seconds: number) => Promise<void>
  stop: () => Promise<void>
}

/** A sandbox in a new folder and the official SDK over real HTTP, with each answer checked against the SDK's own types. */
export const startWatched = async (): Promise<Watched> => {
  const checker = await openChecker(ENDPOINTS)
  const running = await startSandbox(newFolder())
  const port = Number(new URL(running.base).port)
  const { stripe, problems } = watchedStripe(port, checker)
  return {
    running,
    checker,
    stripe,
    problems,
    client: (config, key = 'sk_test_contract') => {
      const own = { host: '127.0.0.1', port, protocol: 'http', telemetry: false } as const
      return new Stripe(key, { ...own, ...config })
    },
    advance: async (seconds) => {
      await running.control('POST', '/clock', { now: running.sandbox.clock.now() + seconds * 1000 })
    },
    stop: async () => {
      await running.stop()
      dropFolder(running.dir)
    },
  }
}

/** The error of a call that is refused; throws when it is not. */
export const refusalOf = async (call: Promise<unknown>): Promise<Stripe.errors.StripeError> => {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof Stripe.errors.StripeError) return error
  throw new Error('the call was not refused')
}
