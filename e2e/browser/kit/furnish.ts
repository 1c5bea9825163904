import { fileURLToPath } from 'node:url'
import { call, eventually, tillwatch, type RunningPlatform } from '../../tillwatch.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))

/** Plays three days of a small shop into a data folder, payouts and certificates included, before it is opened. */
export const playDays = async (data: string): Promise<void> => {
  const files = ['--tickets', fixture('tickets.csv'), '--prices', fixture('prices.csv')]
  const { code, stderr } = await tillwatch('play', '--data', data, ...files, '--speed', 'max', '--json')
  if (code !== 0) throw new Error(`the days were not played: ${stderr}`)
}

/** Asks something of the sandbox's control plane (docs/sandbox.md). */
export const control = async (platform: RunningPlatform, path: string, body: unknown): Promise<void> => {
  const response = await fetch(`${platform.url}/_sandbox${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`the sandbox would not: ${await response.text()}`)
}

/** Cards of the sandbox, by what comes of them (docs/sandbox.md). */
export const CARDS = {
  good: 'pm_card_visa',
  refused: 'pm_card_chargeDeclined',
  poor: 'pm_card_chargeDeclinedInsufficientFunds',
  asks: 'pm_card_threeDSecure2Required',
} as const

interface Sold {
  readonly id: string
  readonly status: string
}

let sold = 0

/** Takes one card payment over the API; a refusal is answered as the payment that it left behind. */
export const sell = async (
  platform: RunningPlatform,
  amount: number,
  card: string = CARDS.good,
  till = 'till_1',
): Promise<Sold> => {
  sold += 1
  const body = { amount, currency: 'gbp', till_id: till, payment_method: card }
  const headers = { 'idempotency-key': `furnish_${sold}_${amount}` }
  const answer = await call(platform, 'cashier', 'POST', '/payments', body, headers)
  const error = answer.body['error'] as { payment?: Sold } | undefined
  const payment = error?.payment ?? (answer.body as unknown as Sold)
  if (payment.id === undefined) throw new Error(`not sold: ${JSON.stringify(answer.body)}`)
  return payment
}

/** Changes a fact at Stripe behind everybody's back (docs/sandbox.md, edits). */
export const edit = async (platform: RunningPlatform, body: unknown): Promise<string> => {
  const response = await fetch(`${platform.url}/_sandbox/edits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const made = (await response.json()) as { id?: string }
  if (made.id === undefined) throw new Error(`not edited: ${JSON.stringify(made)}`)
  return made.id
}

/** Reconciles business dates and waits until the run is over. */
export const reconcile = async (platform: RunningPlatform, from: string, to: string): Promise<string> => {
  const started = await call(platform, 'finance', 'POST', '/reconciliation/runs', { from, to })
  const { id } = started.body as unknown as { id: string }
  await eventually('the run is over', async () => {
    const { body } = await call(platform, 'finance', 'GET', `/reconciliation/runs/${id}`)
    return ['succeeded', 'failed'].includes(String(body['status'])) ? body : undefined
  })
  return id
}

/** The business clock, in milliseconds. */
export const nowAt = async (platform: RunningPlatform): Promise<number> => {
  const response = await fetch(`${platform.url}/_sandbox/clock`)
  return ((await response.json()) as { now_ms: number }).now_ms
}

const dayOf = (at: Date): string => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(at)

/** So many refusals that somebody is told. */
const REFUSALS = 24

/**
 * What every page needs to have something on it: payments of each outcome, webhooks, an exception and an incident, by what a shop, its
 * customers and Stripe do.
 */
export const furnish = async (platform: RunningPlatform): Promise<void> => {
  for (const amount of [450, 725, 1_250]) await sell(platform, amount)
  await sell(platform, 725, CARDS.asks)
  for (let n = 0; n < REFUSALS; n += 1) await sell(platform, 300 + n, CARDS.poor)
  await edit(platform, { op: 'charge', amount: 1_111, currency: 'gbp' })
  const now = await nowAt(platform)
  await reconcile(platform, dayOf(new Date(now - 86_400_000)), dayOf(new Date(now)))
  await eventually('somebody is told of the refusals', async () => {
    const { body } = await call(platform, 'oncall', 'GET', '/alerts?limit=1')
    return (body['data'] as unknown[]).length > 0 ? true : undefined
  })
}
