import { connect } from 'node:net'
import type { Config } from '#core/config.ts'
import { AUDIENCES } from '#core/contracts/audiences.ts'
import type { Deps } from '#core/service.ts'
import { gapsOf } from '../../alerting/people/addresses-of.ts'
import { readiness } from '../http/readiness.ts'
import { runCheck, type Check } from './check.ts'

const dependencyChecks = async (deps: Deps): Promise<Check[]> => {
  const { dependencies } = await readiness(deps)
  return dependencies.map(({ name, status, latency_ms, detail }) => ({
    name,
    status: status === 'up' ? 'ok' : 'failed',
    detail: detail ?? `answers in ${latency_ms} ms`,
  }))
}

const accountCheck = async ({ stripe, stripeFacts }: Deps): Promise<Omit<Check, 'name'>> => {
  const account = await stripe.accounts.retrieveCurrent()
  const mode = stripeFacts.livemode ? 'live' : 'test'
  const enabled = account.charges_enabled && account.payouts_enabled
  return {
    status: enabled ? 'ok' : 'finding',
    detail: `${account.id}, ${mode} mode, charges ${account.charges_enabled ? 'on' : 'OFF'}, payouts ${account.payouts_enabled ? 'on' : 'OFF'}`,
  }
}

const endpointCheck = async ({ stripe }: Deps): Promise<Omit<Check, 'name'>> => {
  const { data } = await stripe.webhookEndpoints.list({ limit: 100 })
  const ours = data.filter((endpoint) => endpoint.url.endsWith('/payments/webhooks/stripe'))
  if (ours.length === 0)
    return { status: 'finding', detail: 'Stripe has no endpoint that ends in /payments/webhooks/stripe' }
  const off = ours.filter((endpoint) => endpoint.status !== 'enabled')
  return off.length > 0
    ? { status: 'finding', detail: `${off[0]?.url} is ${off[0]?.status}` }
    : { status: 'ok', detail: `${ours[0]?.url} is enabled` }
}

const CONNECT_WITHIN_MS = 3_000

const mailCheck = async ({ notify }: Deps, config: Config): Promise<Omit<Check, 'name'>> => {
  if (notify.smtpUrl === null)
    return { status: 'not_configured', detail: 'SMTP_URL is not set: no mail leaves' }
  const { hostname, port, protocol } = new URL(notify.smtpUrl)
  await new Promise<void>((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: Number(port || (protocol === 'smtps:' ? 465 : 587)),
      timeout: CONNECT_WITHIN_MS,
    })
    socket.once('connect', () => resolve(void socket.destroy()))
    socket.once('timeout', () => socket.destroy(new Error(`${hostname} does not answer`)))
    socket.once('error', reject)
  })
  const where = config.SMTP_URL === undefined ? 'mail lands in the sandbox' : `${hostname} takes connections`
  return { status: 'ok', detail: where }
}

const pagerCheck = async ({ notify }: Deps, config: Config): Promise<Omit<Check, 'name'>> => {
  if (notify.pager === null)
    return { status: 'not_configured', detail: 'PAGERDUTY_ROUTING_KEY is not set: nobody is paged' }
  return config.PAGERDUTY_ROUTING_KEY === undefined
    ? { status: 'ok', detail: 'pages land in the sandbox' }
    : { status: 'ok', detail: 'a routing key is set; only a test proves it (POST /payments/api/alerts/test)' }
}

const contactsCheck = async ({ shop, notify }: Deps): Promise<Omit<Check, 'name'>> => {
  const gaps = gapsOf(shop, notify, AUDIENCES)
  const missing = gaps.map(({ audience, store }) => (store === null ? audience : `${audience} of ${store}`))
  return Promise.resolve(
    gaps.length > 0
      ? { status: 'finding', detail: `nobody stands behind ${missing.join(', ')} (contacts in shop.yaml)` }
      : { status: 'ok', detail: 'every audience of alerts reaches somebody' },
  )
}

/** A layer that a drill switched off and nobody switched on again is a hole that nothing else shows. */
const layersCheck = async ({ without }: Deps): Promise<Omit<Check, 'name'>> =>
  Promise.resolve(
    without.length > 0
      ? { status: 'finding', detail: `switched OFF by WORKER_WITHOUT: ${without.join(', ')}` }
      : { status: 'ok', detail: 'webhooks, poller and completer work' },
  )

/** The runbook's morning checklist (section 1): every dependency, Stripe account, webhook endpoint, mail, pager. */
export const morningCheck = async (deps: Deps, config: Config): Promise<Check[]> => [
  ...(await dependencyChecks(deps)),
  await runCheck('stripe account', () => accountCheck(deps)),
  await runCheck('webhook endpoint', () => endpointCheck(deps)),
  await runCheck('layers', () => layersCheck(deps)),
  await runCheck('mail', () => mailCheck(deps, config)),
  await runCheck('pager', () => pagerCheck(deps, config)),
  await runCheck('contacts', () => contactsCheck(deps)),
]
