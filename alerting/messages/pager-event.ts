import { factsOf, linksOf, plea } from './in-words.ts'
import type { Change, Notice } from './notice.ts'
import { oneLine } from './plain-text.ts'

/** Limits of PagerDuty's Events API v2, in characters. */
const SUMMARY_MAX = 1_024
const KEY_MAX = 255
const URL_MAX = 2_000

const ACTIONS: Readonly<Record<Change, 'trigger' | 'acknowledge' | 'resolve'>> = {
  fired: 'trigger',
  escalated: 'trigger',
  taken: 'acknowledge',
  resolved: 'resolve',
}

/** Everything that a mail says, by name: whoever is woken reads this first, and perhaps nothing else. */
const detailsOf = (notice: Notice) => {
  const { alert, runbook, breakdown = [], others = [], place } = notice
  const named = [...factsOf(notice), ...breakdown].map(({ name, value }) => [oneLine(name), oneLine(value)])
  return {
    ...Object.fromEntries(named),
    ...(notice.cause === null ? {} : { 'Likely cause': oneLine(notice.cause) }),
    Alert: oneLine(alert.name),
    ...(place === undefined ? {} : { Store: oneLine(place) }),
    ...(plea(notice) === '' ? {} : { Note: plea(notice) }),
    'Payments to look at': notice.samples.map(({ text, url }) => `${oneLine(text)} ${oneLine(url)}`),
    'Raised with it': others.map((headline) => oneLine(headline)),
    [`What to do (${oneLine(runbook.title)})`]: runbook.steps.map(
      (step, at) => `${at + 1}. ${oneLine(step)}`,
    ),
    labels: Object.fromEntries(Object.entries(alert.labels).map(([name, value]) => [name, oneLine(value)])),
  }
}

/**
 * A notice as an event of PagerDuty's Events API v2. All of an incident carry one `dedup_key`, so a repeated trigger is no
 * second incident; what is no trigger carries nothing else (PagerDuty, "Send an alert event").
 */
export const pagerEventOf = (notice: Notice, routingKey: string) => {
  const { alert, incident } = notice
  const head = {
    routing_key: routingKey,
    event_action: ACTIONS[notice.change],
    dedup_key: oneLine(incident.key, KEY_MAX),
  }
  if (head.event_action !== 'trigger') return head
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
      group: 'tillwatch',
      custom_details: detailsOf(notice),
    },
    links: [
      { href: oneLine(incident.ackUrl, URL_MAX), text: 'I am on it' },
      ...linksOf(notice).map(({ url, text }) => ({ href: oneLine(url, URL_MAX), text: oneLine(text) })),
    ],
  }
}
