import type Stripe from 'stripe'
import type { Config } from '#core/config.ts'
import { TillwatchError } from '#core/errors.ts'
import { systemMachine } from '#core/system-env.ts'
import type { Metrics } from '#core/metrics/create-metrics.ts'
import { openStripe, STRIPE_API_VERSION, type Watch } from '#core/stripe-client.ts'
import { askPatiently } from './patience.ts'
import { saveSecrets, type DataFolder, type Secrets } from './data-folder.ts'

/** Stripe as this platform sees it. */
export interface StripeAccess {
  readonly stripe: Stripe
  readonly accountId: string
  readonly livemode: boolean
}

/** Counts every call, wherever it is made. */
const countedBy = ({ stripeRequests, stripeDuration }: Metrics): Watch => ({
  machine: systemMachine,
  onCall: ({ operation, outcome, seconds }) => {
    stripeRequests.inc({ operation, outcome })
    stripeDuration.observe({ operation }, seconds)
  },
})

/** Opens Stripe, or the sandbox when no key is configured, and asks which account the key is for. */
export const openStripeAccount = async (
  config: Config,
  secrets: Secrets,
  sandboxUrl: string | null,
  metrics: Metrics,
): Promise<StripeAccess> => {
  const key = config.STRIPE_SECRET_KEY ?? secrets.stripeKey
  const stripe = openStripe(key, sandboxUrl ?? undefined, countedBy(metrics))
  // One call at the start: a wrong key shows now and not at the first customer.
  const account = await askPatiently(systemMachine, () => stripe.accounts.retrieveCurrent())
  const expected = config.STRIPE_ACCOUNT_ID
  if (expected !== undefined && expected !== account.id) {
    throw new TillwatchError('config_invalid', `STRIPE_ACCOUNT_ID: the key belongs to ${account.id}`)
  }
  return { stripe, accountId: account.id, livemode: /_live_/.test(key) }
}

/** Every event: the inbox stores also what it does not know. */
const ENABLED_EVENTS = ['*' as const]

const isKnown = async (stripe: Stripe, id: string): Promise<boolean> => {
  try {
    await askPatiently(systemMachine, () => stripe.webhookEndpoints.retrieve(id))
    return true
  } catch (error) {
    if (error instanceof Error && 'statusCode' in error && error.statusCode === 404) return false
    throw error
  }
}

/**
 * Has the sandbox deliver to `url`, or nowhere while `isOff`; answers the signing secret, which the sandbox shows only when the
 * endpoint is made.
 */
export const registerSandboxEndpoint = async (
  stripe: Stripe,
  folder: DataFolder,
  secrets: Secrets,
  url: string,
  isOff: boolean,
): Promise<Secrets> => {
  const known = secrets.webhook
  if (known && (await isKnown(stripe, known.endpointId))) {
    const change = { url, enabled_events: ENABLED_EVENTS, disabled: isOff }
    await askPatiently(systemMachine, () => stripe.webhookEndpoints.update(known.endpointId, change))
    return secrets
  }
  const wanted: Stripe.WebhookEndpointCreateParams = {
    url,
    enabled_events: ENABLED_EVENTS,
    api_version: STRIPE_API_VERSION,
  }
  // One key: asking again after a lost answer must not leave a second endpoint whose secret nobody knows.
  const under = { idempotencyKey: `tw_endpoint_${url}` }
  const made = await askPatiently(systemMachine, () => stripe.webhookEndpoints.create(wanted, under))
  if (isOff)
    await askPatiently(systemMachine, () => stripe.webhookEndpoints.update(made.id, { disabled: true }))
  const withEndpoint = { ...secrets, webhook: { endpointId: made.id, secret: made.secret ?? '' } }
  await saveSecrets(folder, withEndpoint)
  return withEndpoint
}
