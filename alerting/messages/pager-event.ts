import type { Change, Notice } from './notice.ts'
import { oneLine } from './plain-text.ts'

/** Limits of PagerDuty's Events API v2, in characters. */
const SUMMARY_MAX = 1_024
const KEY_MAX = 255

const ACTIONS: Readonly<Record<Change, 'trigger' | 'resolve'>> = {
  fired: 'trigger',
  escalated: 'trigger',
  resolved: 'resolve',
}

/**
 * A notice as an event of PagerDuty's Events API v2. All of an incident carry one `dedup_key`, so a repeated trigger is no
 * second incident; a resolve carries nothing else (PagerDuty, "Send an alert event").
 */
export const pagerEventOf = (notice: Notice, routingKey: string) => {
  const { alert, incident, runbook } = notice
  const head = {
    routing_key: routingKey,
    event_action: ACTIONS[notice.change],
    dedup_key: oneLine(incident.key, KEY_MAX),
  }
  if (head.event_action === 'resolve') return head
  return {
    ...head,
    client: 'Tillwatch',
    client_url: incident.url,
    payload: {
      summary: oneLine(alert.headline, SUMMARY_MAX),
      source: oneLine(alert.labels['store'] ?? 'tillwatch'),
      severity: alert.severity,
      timestamp: notice.at.toISOString(),
      component: oneLine(alert.labels['component'] ?? 'payments'),
      class: oneLine(alert.name),
      custom_details: {
        ...Object.fromEntries(notice.facts.map(({ name, value }) => [oneLine(name), oneLine(value)])),
        ...(notice.cause === null ? {} : { likely_cause: oneLine(notice.cause) }),
        samples: notice.samples.map(({ id }) => oneLine(id)),
        what_to_do: runbook.steps.map((step) => oneLine(step)),
      },
    },
    links: [
      { href: incident.url, text: 'The incident' },
      { href: incident.ackUrl, text: 'I am on it' },
      { href: runbook.url, text: 'Runbook' },
    ],
  }
}
