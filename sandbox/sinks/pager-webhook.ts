import { createHmac } from 'node:crypto'
import type { Send, Sent } from '../deliveries/send.ts'
import type { Effect, PagerIncident, StoredPage } from './pager-book.ts'
import type { PagerWebhook } from './switches.ts'

const EVENT_TYPES: Partial<Record<Effect, string>> = {
  opened: 'incident.triggered',
  acknowledged: 'incident.acknowledged',
  unacknowledged: 'incident.unacknowledged',
  resolved: 'incident.resolved',
}

const agentOf = (page: StoredPage) =>
  page.kind === 'deed'
    ? {
        id: `P${page.id.slice(-6).toUpperCase()}`,
        type: 'user_reference',
        summary: page.by,
        self: null,
        html_url: null,
      }
    : null

/** PagerDuty's V3 webhook of an incident ("Webhooks V3", incident payload). */
const bodyOf = (page: StoredPage, incident: PagerIncident, eventType: string): string =>
  JSON.stringify({
    event: {
      id: page.id,
      event_type: eventType,
      resource_type: 'incident',
      occurred_at: page.at,
      agent: agentOf(page),
      client: null,
      data: {
        id: incident.id,
        type: 'incident',
        self: null,
        html_url: null,
        number: incident.number,
        status: incident.status,
        incident_key: incident.dedup_key,
        created_at: incident.opened_at,
        title: incident.summary,
        service: { id: incident.service, type: 'service_reference', summary: 'Sandbox service' },
        assignees: [],
        escalation_policy: { id: 'PSANDBX', type: 'escalation_policy_reference', summary: 'Sandbox' },
        teams: [],
        priority: null,
        urgency: incident.severity === 'critical' ? 'high' : 'low',
        conference_bridge: null,
        resolve_reason: null,
      },
    },
  })

/**
 * Tells the webhook what came of an event or a deed, signed as PagerDuty signs: `v1=` and the HMAC-SHA256 of the body in
 * hex. Null when PagerDuty tells nobody of it, or nobody listens.
 */
export const tellWebhook = async (
  send: Send,
  webhook: PagerWebhook | null,
  page: StoredPage,
  incident: PagerIncident | undefined,
  effect: Effect,
): Promise<Sent | null> => {
  const eventType = EVENT_TYPES[effect]
  if (webhook === null || incident === undefined || eventType === undefined) return null
  const body = bodyOf(page, incident, eventType)
  const signature = createHmac('sha256', webhook.secret).update(body).digest('hex')
  return send(webhook.url, body, {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'PagerDuty-Webhook/V3.0 (sandbox)',
    'x-pagerduty-signature': `v1=${signature}`,
  })
}
