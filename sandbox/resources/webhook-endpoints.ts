import type Stripe from 'stripe'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import { emptyable, fields, flag, list, mergeMetadata, metadata, required, text } from '../http/readers.ts'
import { readVersion } from '../http/versions.ts'
import { randomText } from '../ids.ts'

/** Endpoints an account may have. */
const ENDPOINTS_MAX = 16

const readUrl = (url: string): string => {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed?.protocol === 'http:' || parsed?.protocol === 'https:') return url
  throw invalid('Invalid URL: an explicit scheme (such as https) must be provided.', {
    code: 'url_invalid',
    param: 'url',
  })
}

const readTypes = (types: readonly string[]): string[] => {
  const unknown = types.find((type) => type !== '*' && !/^[a-z0-9_]+(\.[a-z0-9_]+)+$/.test(type))
  if (types.length === 0 || unknown !== undefined) {
    throw invalid(`Invalid enabled_events: '${unknown ?? ''}' is not an event type`, {
      param: 'enabled_events',
    })
  }
  return [...types]
}

const createShape = fields({
  api_version: text(),
  connect: flag,
  description: emptyable(text(5_000)),
  enabled_events: required(list(text(), 500)),
  metadata,
  url: required(text()),
})

const updateShape = fields({
  description: emptyable(text(5_000)),
  disabled: flag,
  enabled_events: list(text(), 500),
  metadata,
  url: text(),
})

/** A new signing secret. */
export const newSecret = (call: Pick<Call, 'random'>): string => `whsec_${randomText(call.random, 32)}`

const loadEndpoint = (call: Call): Stripe.WebhookEndpoint => {
  const found = call.unit.get('webhook_endpoint', call.id)
  if (!found) throw missing('webhook endpoint', call.id, 'webhook_endpoint')
  return found
}

const path = '/v1/webhook_endpoints'

export const webhookEndpointEndpoints: readonly Endpoint[] = [
  endpoint('POST', path, createShape, (call, params) => {
    const { unit, store } = call
    if (store.state.tables.webhook_endpoint.rows.length >= ENDPOINTS_MAX) {
      throw invalid(`You have reached the maximum of ${ENDPOINTS_MAX} test webhook endpoints.`)
    }
    const created = unit.put<Stripe.WebhookEndpoint>({
      id: unit.newId('we').replace('_3', '_1'),
      object: 'webhook_endpoint',
      api_version: params.api_version === undefined ? null : readVersion(params.api_version),
      application: null,
      created: unit.seconds,
      description: params.description ?? null,
      enabled_events: readTypes(params.enabled_events),
      livemode: false,
      metadata: mergeMetadata({}, params.metadata),
      status: 'enabled',
      url: readUrl(params.url),
    })
    const secret = newSecret(call)
    unit.change.secrets = [{ endpoint: created.id, secrets: [{ secret, until_ms: null }] }]
    // Only this answer shows the secret.
    return { ...created, secret }
  }),
  endpoint('GET', path, pageFields({}), ({ store }, params) =>
    page(store.state.tables.webhook_endpoint.rows, params, path, (found) => found),
  ),
  endpoint('GET', `${path}/:id`, fields({}), (call) => loadEndpoint(call)),
  endpoint('POST', `${path}/:id`, updateShape, (call, params) => {
    const old = loadEndpoint(call)
    return call.unit.put<Stripe.WebhookEndpoint>({
      ...old,
      description: params.description === undefined ? old.description : params.description,
      enabled_events: params.enabled_events ? readTypes(params.enabled_events) : old.enabled_events,
      metadata: mergeMetadata(old.metadata, params.metadata),
      status: params.disabled === undefined ? old.status : params.disabled ? 'disabled' : 'enabled',
      url: params.url === undefined ? old.url : readUrl(params.url),
    })
  }),
  endpoint('DELETE', `${path}/:id`, fields({}), (call) => {
    const { id } = loadEndpoint(call)
    call.unit.change.gone = [id]
    return { id, object: 'webhook_endpoint', deleted: true }
  }),
]
