import { matchesType } from '../events/types.ts'
import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid, missing } from '../http/errors.ts'
import { page, pageFields } from '../http/pages.ts'
import { fields, flag, list, text } from '../http/readers.ts'

/** Events can be read for thirty days (stripe.md §4). */
const RETENTION_S = 30 * 86_400
const TYPES_MAX = 20

const path = '/v1/events'

const filters = pageFields({ delivery_success: flag, type: text(), types: list(text(), TYPES_MAX) })

/** Sends an event once more: to one endpoint, or to all that listen to its type (`stripe events resend`). */
const retryEvent = (
  { unit, view, store, id }: Call,
  params: { webhook_endpoint: string | undefined },
): object => {
  const event = store.state.events.get(id)
  if (!event || event.created < unit.seconds - RETENTION_S) throw missing('event', id, 'id')
  const { webhook_endpoint: only } = params
  const rows = store.state.tables.webhook_endpoint.rows
  if (only !== undefined && !rows.some((row) => row.id === only)) {
    throw missing('webhook endpoint', only, 'webhook_endpoint', 400)
  }
  const targets = rows.filter((row) =>
    only === undefined
      ? row.status === 'enabled' && matchesType(row.enabled_events, event.type)
      : row.id === only,
  )
  const deliveries = targets.map((target) => ({
    event: id,
    endpoint: target.id,
    attempt: 0,
    due_ms: unit.at_ms,
    state: 'pending' as const,
  }))
  ;(unit.change.deliveries ??= []).push(...deliveries)
  return { ...view.event(event), pending_webhooks: deliveries.length }
}

export const eventEndpoints: readonly Endpoint[] = [
  endpoint('GET', path, filters, ({ view, unit, store }, params) => {
    if (params.type !== undefined && params.types !== undefined) {
      throw invalid('You may only specify one of these parameters: type, types.', {
        code: 'parameters_exclusive',
      })
    }
    const patterns = params.type === undefined ? params.types : [params.type]
    const { pendingOfEvent, undelivered } = store.state
    return page(store.state.events.rows, params, path, (event) => {
      if (event.created < unit.seconds - RETENTION_S) return null
      if (patterns && !matchesType(patterns, event.type)) return null
      const delivered = !pendingOfEvent.has(event.id) && !undelivered.has(event.id)
      if (params.delivery_success !== undefined && params.delivery_success !== delivered) return null
      return view.event(event)
    })
  }),
  endpoint('GET', `${path}/:id`, fields({}), ({ view, unit, store, id }) => {
    const event = store.state.events.get(id)
    if (!event || event.created < unit.seconds - RETENTION_S) throw missing('event', id, 'id')
    return view.event(event)
  }),
  endpoint('POST', `${path}/:id/retry`, fields({ account: text(), webhook_endpoint: text() }), retryEvent),
]
