import { connect } from 'node:net'
import Stripe from 'stripe'
import type { Deps } from '#core/service.ts'

/** A dependency that does not answer within this is down for whoever stands at the till. */
export const ANSWER_WITHIN_MS = 3_000

/** What Stripe holds for us and could pay out now, per currency, minor units, by balance type. */
export type AvailableBalance = readonly { readonly currency: string; readonly amount: bigint }[]

/** How each dependency is asked whether it is there; one that is not configured is missing. */
export type Questions = Readonly<Record<string, () => Promise<void>>>

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 }

/** A mail server says 220 as soon as it is reached; one that takes connections and says nothing is down. */
const greetMailServer = async (smtpUrl: string): Promise<void> => {
  const { hostname, port, protocol } = new URL(smtpUrl)
  const isTls = protocol === 'smtps:'
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) || (DEFAULT_PORTS[protocol] ?? 25) })
    const end = (error?: Error) => {
      socket.destroy()
      if (error) reject(error)
      else resolve()
    }
    socket.setTimeout(ANSWER_WITHIN_MS, () => end(new Error('the mail server does not answer')))
    socket.once('error', end)
    // Its greeting comes inside TLS; that the port is open has to be enough there.
    if (isTls) socket.once('connect', () => end())
    else
      socket.once('data', (greeting) =>
        end(greeting.toString('latin1').startsWith('220') ? undefined : new Error('the mail server refuses')),
      )
    socket.once('close', () => end(new Error('the mail server hangs up')))
  })
}

/** Stripe that says no is there; only silence and its own failures are an outage. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeError && (error.statusCode ?? 500) < 500

const askStripe =
  ({ stripe }: Pick<Deps, 'stripe'>, tellBalance: (balance: AvailableBalance) => void) =>
  async (): Promise<void> => {
    try {
      const balance = await stripe.balance.retrieve({}, { timeout: ANSWER_WITHIN_MS, maxNetworkRetries: 0 })
      tellBalance(balance.available.map(({ currency, amount }) => ({ currency, amount: BigInt(amount) })))
    } catch (error) {
      if (!isAnswer(error)) throw error
    }
  }

/** Every dependency that is configured. `tellBalance` is called with each balance that Stripe tells on the way. */
export const questionsOf = (
  deps: Pick<Deps, 'db' | 'clickhouse' | 'stripe' | 'notify'>,
  tellBalance: (balance: AvailableBalance) => void,
): Questions => {
  const { db, clickhouse, notify } = deps
  const { smtpUrl } = notify
  return {
    postgres: async () => void (await db.rows('SELECT 1')),
    clickhouse: async () => void (await clickhouse.rows('SELECT 1')),
    stripe: askStripe(deps, tellBalance),
    ...(smtpUrl === null ? {} : { smtp: async () => greetMailServer(smtpUrl) }),
  }
}
