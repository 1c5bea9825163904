import type { AlertRule } from '../domain/rule.ts'
import { queueMeasure } from '../measures/platform/read-queues.ts'
import { ARRIVED_WITHIN_MS, ingestMeasure, outboxMeasure } from '../measures/platform/read-relay.ts'
import { counted, judged, MINUTE_MS, rule, spanOf } from './rule-parts.ts'

const ABOUT_FLOW = {
  slo: 'pipeline',
  component: 'pipeline',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  forMs: 2 * MINUTE_MS,
} as const

const ANALYTICS = 'Runbook section 4, Monitoring and Metrics'
const OUTBOX_LINE_MS = 2 * MINUTE_MS

const outboxLag = rule({
  ...ABOUT_FLOW,
  name: 'OutboxLagHigh',
  measure: outboxMeasure,
  windowMs: OUTBOX_LINE_MS,
  judge: ({ pending, oldestMs }) =>
    judged(
      oldestMs > OUTBOX_LINE_MS,
      { value: oldestMs / 1_000, line: OUTBOX_LINE_MS / 1_000 },
      {
        headline: `${counted(pending, 'event')} wait for ClickHouse, the oldest for ${spanOf(oldestMs)}, longer than 2 min`,
        value: `the oldest waits for ${spanOf(oldestMs)}`,
        line: 'longer than 2 min',
        window: 'now',
        counted: counted(pending, 'event') + ' wait',
      },
    ),
  runbook: {
    title: ANALYTICS,
    steps: [
      'Does ClickHouse answer (/readyz)? If it is down, start it again: the relay catches up by itself.',
      'If it answers, read the lines of the relay in the log: refused rows name their column.',
      'Until then graphs and the success rate are behind; the books in the database are right.',
    ],
  },
  prometheus: { expr: 'max(outbox_oldest_age_seconds) > 120', for: '2m' },
})

const ingestLag = rule({
  ...ABOUT_FLOW,
  name: 'ClickHouseIngestLag',
  measure: ingestMeasure,
  windowMs: ARRIVED_WITHIN_MS,
  judge: ({ ageMs, hasArrived }) =>
    judged(
      ageMs !== null && !hasArrived,
      { value: ageMs === null || hasArrived ? 0 : ageMs / 1_000, line: ARRIVED_WITHIN_MS / 1_000 },
      {
        headline:
          ageMs === null || hasArrived
            ? 'ClickHouse shows what was recorded 5 min ago'
            : `ClickHouse does not show an event of ${spanOf(ageMs)} ago: it is more than 5 min behind`,
        value: ageMs === null || hasArrived ? 'not behind' : `behind by ${spanOf(ageMs)}`,
        line: 'longer than 5 min',
        window: 'now',
      },
    ),
  runbook: {
    title: ANALYTICS,
    steps: [
      'Does OutboxLagHigh stand too? Then the events still wait on our side: see there.',
      'If not, ClickHouse has taken them and does not show them: look at its replicas and its errors (system.errors).',
      'npx tillwatch verify names every event that is missing.',
    ],
  },
})

const QUEUE_LINE_MS = 5 * MINUTE_MS

const WORK: Readonly<Record<string, string>> = {
  completer: 'money calls without an answer',
  poller: "polls of Stripe's events",
  readers: 'card readers to be looked at',
  reconcile: 'reconciliation runs',
  looks: "looks at today's balance transactions",
  notifications: 'messages of alerts',
}

const queueBacklog = rule({
  ...ABOUT_FLOW,
  name: 'QueueBacklog',
  measure: queueMeasure,
  windowMs: QUEUE_LINE_MS,
  groupBy: ['queue'],
  judge: ({ labels, overdueMs }) => {
    const { queue = '' } = labels
    const work = WORK[queue] ?? queue
    return judged(
      overdueMs > QUEUE_LINE_MS,
      { value: overdueMs / 1_000, line: QUEUE_LINE_MS / 1_000 },
      {
        headline: `Nobody does the ${work}: due for ${spanOf(overdueMs)}, longer than 5 min`,
        value: overdueMs === 0 ? 'nothing is due' : `due for ${spanOf(overdueMs)}`,
        line: 'longer than 5 min',
        window: 'now',
      },
    )
  },
  runbook: {
    title: 'Runbook section 4, Review Error Logs',
    steps: [
      'Does the service run that does this work (npx tillwatch doctor), or was a layer switched off for a drill (WORKER_WITHOUT)?',
      'Read its log: it says at every try why it could not.',
      'Start the service again. The work stands in the database, and none of it is lost.',
    ],
  },
})

/** Rows about work that waits. */
export const FLOW_RULES: readonly AlertRule[] = [outboxLag, ingestLag, queueBacklog]
