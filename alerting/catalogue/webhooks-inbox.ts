import { lineValue } from '#core/kpi/kpi.ts'
import type { Ratio } from '#core/kpi/ratio.ts'
import type { AlertRule } from '../domain/rule.ts'
import { INBOX_MS, inboxMeasure } from '../measures/webhooks/read-inbox.ts'
import { counted, HOUR_MS, judged, MINUTE_MS, rule, spanOf } from './rule-parts.ts'

const ABOUT_INBOX = {
  slo: 'webhooks',
  component: 'webhooks',
  tell: ['on_call', 'it_support'],
  measure: inboxMeasure,
  explain: 'webhooks',
} as const

const SECTION_4 = 'Runbook section 4, Webhook Processing'
const RETRY =
  'Once the cause is mended, retry them: POST /payments/api/webhooks/retry. What is applied is never applied twice.'

/** A KPI's line; null where the shop has none. */
const lineOf = (line: Ratio | null): number | null => (line === null ? null : lineValue(line))
const inWords = (line: number | null): string => (line === null ? 'none is set' : `more than ${line}`)

const failuresHigh = rule({
  ...ABOUT_INBOX,
  name: 'WebhookFailuresHigh',
  severity: 'critical',
  pages: true,
  windowMs: HOUR_MS,
  origin: 'runbook',
  judge: ({ failed }, { kpis }) => {
    const line = lineOf(kpis.webhooksFailed.threshold)
    return judged(
      line !== null && failed > line,
      { value: failed, line },
      {
        headline: `${counted(failed, 'webhook')} failed, more than ${line ?? 'any number'} is too many (1 h)`,
        value: `${counted(failed, 'event')} failed`,
        line: inWords(line),
        window: '1 h',
        counted: 'each event of Stripe once, however often it was tried',
      },
    )
  },
  runbook: {
    title: SECTION_4,
    steps: [
      'List the failed ones (GET /payments/api/webhooks?status=failed): is it one type of event, or all of them?',
      'Read the error of one of them; the same code everywhere means one cause (a release, the database, a setting).',
      'Look for ERROR lines with that code in the webhook log.',
      RETRY,
      'If it began with a release, go back to the one before.',
    ],
  },
  // Prometheus counts tries, of which an event has four before it is parked; half a one is what `increase` may add.
  prometheus: {
    expr: 'sum(increase(webhook_events_total{result="parked"}[1h])) > 10.5 or sum(increase(webhook_events_total{result="failed"}[1h])) > 40.5',
    for: '0s',
  },
})

const stuck = rule({
  ...ABOUT_INBOX,
  name: 'WebhookStuckProcessing',
  severity: 'critical',
  pages: true,
  windowMs: INBOX_MS.stuckAfter,
  origin: 'runbook',
  judge: ({ stuck: count }, { kpis }) => {
    const line = lineOf(kpis.webhooksStuck.threshold)
    return judged(
      line !== null && count > line,
      { value: count, line },
      {
        headline: `${counted(count, 'webhook')} stuck: due for more than 5 min and not applied`,
        value: `${counted(count, 'event')} stuck`,
        line: inWords(line),
        window: 'due for more than 5 min',
      },
    )
  },
  runbook: {
    title: 'Runbook section 4, Verify Webhook Health',
    steps: [
      'Check that a worker runs: /readyz answers, and the last lines of the webhook log are from now.',
      'Look whether the database is slow or full; every event is applied in it.',
      'Start the worker again. Nothing is lost: it goes on with what is due.',
      'If the same event is stuck again, keep its id and call whoever wrote the last release.',
    ],
  },
  prometheus: { expr: 'max(webhook_stuck_processing) > 0', for: '1m' },
})

const unprocessed = rule({
  ...ABOUT_INBOX,
  name: 'WebhookUnprocessed',
  severity: 'info',
  tell: ['it_support'],
  pages: false,
  windowMs: INBOX_MS.unprocessedAfter,
  origin: 'runbook',
  judge: ({ unprocessed: count }, { kpis }) => {
    // The target is met below it.
    const line = lineOf(kpis.webhooksUnprocessed.target)
    return judged(
      line !== null && count >= line,
      { value: count, line },
      {
        headline: `${counted(count, 'webhook')} not processed a minute after it came, where there should be none`,
        value: `${counted(count, 'event')} not processed`,
        line: line === null ? 'none is set' : `${line} or more`,
        window: 'received more than 1 min ago',
      },
    )
  },
  runbook: {
    title: SECTION_4,
    steps: [
      'Look at what waits (/payments/webhooks/): failed ones are tried again by themselves for 13 minutes.',
      'Nothing has to be done while the number falls.',
    ],
  },
})

const backlog = rule({
  ...ABOUT_INBOX,
  name: 'WebhookBacklog',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  windowMs: 5 * MINUTE_MS,
  judge: ({ at, oldestWaiting }) => {
    const ageMs = oldestWaiting === null ? 0 : at.getTime() - oldestWaiting.getTime()
    return judged(
      ageMs > 5 * MINUTE_MS,
      { value: ageMs / 1_000, line: 300 },
      {
        headline:
          oldestWaiting === null
            ? 'No webhook waits'
            : `The oldest webhook waits for ${spanOf(ageMs)}, longer than 5 min`,
        value: oldestWaiting === null ? 'none waits' : `the oldest waits for ${spanOf(ageMs)}`,
        line: 'longer than 5 min',
      },
    )
  },
  runbook: {
    title: SECTION_4,
    steps: [
      'Look at the oldest of them (/payments/webhooks/): do they fail, or do they wait for their turn?',
      'Waiting for their turn: Stripe sent a burst, or the worker is slow; look at its log and at the database.',
      'Failing: read the error of the oldest one, mend the cause, retry it.',
    ],
  },
  prometheus: { expr: 'max(webhook_unprocessed_oldest_age_seconds) > 300', for: '0s' },
})

const deadLettered = rule({
  ...ABOUT_INBOX,
  name: 'WebhookDeadLettered',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  windowMs: 0,
  origin: 'runbook',
  judge: ({ parked }) =>
    judged(
      parked > 0,
      { value: parked, line: 0 },
      {
        headline: `${counted(parked, 'webhook')} given up after 5 tries: 100 % are to be processed`,
        value: `${counted(parked, 'event')} parked`,
        line: 'more than 0',
        window: 'now',
      },
    ),
  runbook: {
    title: SECTION_4,
    steps: [
      'List the parked ones (GET /payments/api/webhooks?status=parked); read the error of each kind.',
      RETRY,
      'Until then the poller and the reconciler bring what such an event would have told; have its payment ask Stripe (POST /payments/api/payments/{id}/sync).',
    ],
  },
  prometheus: { expr: 'max(webhook_dead_letter) > 0', for: '0s' },
})

/** Rows about what is in the inbox. */
export const INBOX_RULES: readonly AlertRule[] = [failuresHigh, stuck, unprocessed, backlog, deadLettered]
