import type Stripe from 'stripe'
import { codeOf } from '#core/errors.ts'
import { newTraceId } from '#core/ids.ts'
import type { Deps } from '#core/service.ts'
import { readEvent } from './webhook-wire.ts'

/** Where Stripe's deliveries come to, whatever the host (architecture §3.1). */
const DELIVERY_PATH = '/payments/webhooks/stripe'
/** No handler knows it: the event is stored, marked as ignored, and changes nothing. */
const TEST_TYPE = 'tillwatch.endpoint_test'
const PATIENCE_MS = 10_000

type TestDeps = Pick<Deps, 'db' | 'env' | 'stripe' | 'stripeFacts' | 'notify'>

/** One thing that was looked at. */
export interface TestStep {
  readonly name: 'endpoint' | 'delivery' | 'inbox'
  readonly state: 'ok' | 'failed'
  readonly text: string
}

/** An endpoint of the account as Stripe has it. */
export interface Endpoint {
  readonly id: string
  readonly url: string
  readonly status: string
  readonly ours: boolean
}

/** What a test of the way from Stripe to us found. */
export interface EndpointTest {
  readonly at: Date
  readonly event: string
  readonly endpoints: readonly Endpoint[] | null
  readonly steps: readonly TestStep[]
}

const isOurs = (url: string): boolean => URL.canParse(url) && new URL(url).pathname === DELIVERY_PATH

const toEndpoint = ({ id, url, status }: Stripe.WebhookEndpoint): Endpoint => ({
  id,
  url,
  status,
  ours: isOurs(url),
})

const askStripe = async ({ stripe }: TestDeps): Promise<{ endpoints: Endpoint[] | null; step: TestStep }> => {
  try {
    const { data } = await stripe.webhookEndpoints.list(
      { limit: 100 },
      { timeout: PATIENCE_MS, maxNetworkRetries: 0 },
    )
    const endpoints = data.map(toEndpoint)
    const ours = endpoints.filter((one) => one.ours)
    const enabled = ours.filter(({ status }) => status === 'enabled')
    const say = (state: TestStep['state'], text: string) => ({
      endpoints,
      step: { name: 'endpoint', state, text } as const,
    })
    if (enabled.length > 0) return say('ok', `Stripe delivers to ${enabled.map(({ url }) => url).join(', ')}`)
    return ours.length > 0
      ? say('failed', 'Stripe knows our endpoint and has it disabled: nothing is delivered')
      : say('failed', 'Stripe knows no endpoint with our path: nothing is delivered')
  } catch {
    const text = 'Stripe did not say which endpoints there are'
    return { endpoints: null, step: { name: 'endpoint', state: 'failed', text } }
  }
}

const eventOf = (deps: TestDeps, id: string): string =>
  JSON.stringify({
    id,
    object: 'event',
    type: TEST_TYPE,
    created: Math.floor(deps.env.clock.now().getTime() / 1_000),
    livemode: deps.stripeFacts.livemode,
    data: { object: { object: TEST_TYPE } },
  })

/** Sends a signed event to our own public address, as Stripe would, and says how it was answered. */
const deliver = async (deps: TestDeps, url: string, id: string): Promise<TestStep> => {
  const [secret] = deps.stripeFacts.webhookSecrets
  if (secret === undefined)
    return { name: 'delivery', state: 'failed', text: 'there is no webhook secret to sign with' }
  const payload = eventOf(deps, id)
  const timestamp = Math.floor(deps.env.clock.now().getTime() / 1_000)
  const signature = deps.stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })
  try {
    const answer = await deps.env.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    await answer.body?.cancel()
    return answer.status === 200
      ? { name: 'delivery', state: 'ok', text: `A signed test event was taken at ${url}` }
      : { name: 'delivery', state: 'failed', text: `${url} answered ${answer.status} to a signed test event` }
  } catch {
    return { name: 'delivery', state: 'failed', text: `${url} cannot be reached from here` }
  }
}

const lookInInbox = async (deps: TestDeps, id: string): Promise<TestStep> => {
  try {
    await readEvent(deps, id)
    return { name: 'inbox', state: 'ok', text: 'The test event is in the inbox' }
  } catch (error) {
    const text =
      codeOf(error) === 'not_found'
        ? 'The test event is not in this inbox: whoever answered is somebody else'
        : `The inbox cannot be read: ${codeOf(error)}`
    return { name: 'inbox', state: 'failed', text }
  }
}

/** Asks Stripe where it delivers to, sends a signed test event to our public address, and looks whether it arrived in the inbox. Never throws. */
export const testEndpoint = async (deps: TestDeps): Promise<EndpointTest> => {
  const event = `evt_test_${newTraceId(deps.env)}`
  const { endpoints, step } = await askStripe(deps)
  const delivery = await deliver(deps, `${deps.notify.publicUrl}${DELIVERY_PATH}`, event)
  const inbox: TestStep[] = delivery.state === 'ok' ? [await lookInInbox(deps, event)] : []
  return { at: deps.env.clock.now(), event, endpoints, steps: [step, delivery, ...inbox] }
}
