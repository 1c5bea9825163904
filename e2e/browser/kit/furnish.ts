import { fileURLToPath } from 'node:url'
import { call, eventually, tillwatch, type RunningPlatform } from '../../tillwatch.ts'

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))

/** Plays three days of a small shop into a data folder, payouts and certificates included, before it is opened. */
export const playDays = async (data: string): Promise<void> => {
  const files = ['--tickets', fixture('tickets.csv'), '--prices', fixture('prices.csv')]
  const { code, stderr } = await tillwatch('play', '--data', data, ...files, '--speed', 'max', '--json')
  if (code !== 0) throw new Error(`the days were not played: ${stderr}`)
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

/** What every page needs to have something on it: days behind it, payments of each outcome, an exception, an incident. */
export const furnish = {
  before: playDays,
  after: async (platform: RunningPlatform): Promise<void> => {
    await sell(platform, 450)
    await sell(platform, 1_250, CARDS.poor)
    await sell(platform, 725, CARDS.asks)
    await edit(platform, {
      op: 'add',
      balance_transaction: { type: 'charge', reporting_category: 'charge', amount: 1_111, currency: 'gbp' },
    })
    await reconcile(platform, '2016-11-01', '2016-11-04')
  },
}
