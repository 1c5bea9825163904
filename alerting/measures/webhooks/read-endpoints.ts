import type { Measure, Reading } from '../../domain/rule.ts'
import { ANSWER_WITHIN_MS } from '../probe-questions.ts'
import { remembered } from '../remembered.ts'

/** Where Stripe's deliveries come to, whatever the host (architecture §3.1). */
const DELIVERY_PATH = '/payments/webhooks/stripe'
const EVERY_MS = 5 * 60_000

/** What Stripe says of the endpoints that are ours. */
export interface EndpointReading extends Reading {
  /** Endpoints of the account, ours or not. */
  readonly known: number
  /** Those whose address is ours, and how many of them are enabled. */
  readonly ours: number
  readonly enabled: number
}

const isOurs = (url: string): boolean => URL.canParse(url) && new URL(url).pathname === DELIVERY_PATH

/** Asks Stripe every five minutes for its webhook endpoints; always one reading. Throws when Stripe does not say. */
export const endpointMeasure: Measure<EndpointReading> = remembered(
  {
    name: 'webhook_endpoints',
    from: 'stripe',
    read: async ({ stripe }) => {
      const patience = { timeout: ANSWER_WITHIN_MS, maxNetworkRetries: 0 }
      const { data } = await stripe.webhookEndpoints.list({ limit: 100 }, patience)
      const ours = data.filter(({ url }) => isOurs(url))
      const enabled = ours.filter(({ status }) => status === 'enabled')
      return [{ labels: {}, known: data.length, ours: ours.length, enabled: enabled.length }]
    },
  },
  EVERY_MS,
)
