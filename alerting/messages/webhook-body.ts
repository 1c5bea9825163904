import type { Notice } from './notice.ts'
import { oneLine } from './plain-text.ts'

/** Alertmanager's word for "not yet". */
const NEVER = '0001-01-01T00:00:00Z'

/**
 * A notice in the shape of Alertmanager's webhook, version 4, so that every tool which takes Alertmanager's messages takes
 * ours (Prometheus, "Alerting configuration", webhook_config). `externalUrl` is where this installation is reached.
 */
export const webhookBodyOf = (notice: Notice, receiver: string, externalUrl: string) => {
  const { alert, incident } = notice
  const status = notice.change === 'resolved' ? 'resolved' : 'firing'
  const labels = Object.fromEntries(
    Object.entries({ ...alert.labels, alertname: alert.name, severity: alert.severity }).map(
      ([name, value]) => [name, oneLine(value)],
    ),
  )
  const annotations = {
    summary: oneLine(alert.headline),
    description: notice.facts.map(({ name, value }) => `${oneLine(name)}: ${oneLine(value)}`).join('\n'),
    ...(notice.cause === null ? {} : { cause: oneLine(notice.cause) }),
    runbook_url: notice.runbook.url,
  }
  return {
    version: '4',
    groupKey: oneLine(incident.key),
    truncatedAlerts: 0,
    status,
    receiver,
    groupLabels: { alertname: labels['alertname'] ?? '' },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: externalUrl,
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt: incident.openedAt.toISOString(),
        endsAt: status === 'resolved' ? notice.at.toISOString() : NEVER,
        generatorURL: incident.url,
        fingerprint: oneLine(incident.key),
      },
    ],
  }
}
