import { BLIND_AFTER } from '../domain/alert-state.ts'
import type { AlertRule } from '../domain/rule.ts'
import { blindMeasure, META_MS, sendsMeasure } from '../measures/meta/read-alerting.ts'
import { counted, judged, MINUTE_MS, rule } from './rule-parts.ts'

const ABOUT_ENGINE = {
  slo: 'alerting',
  component: 'alerting',
  severity: 'critical',
  tell: ['on_call'],
  pages: true,
} as const

const MONITORING = 'Runbook section 4, Monitoring and Metrics'

const evaluationFailing = rule({
  ...ABOUT_ENGINE,
  name: 'AlertEvaluationFailing',
  measure: blindMeasure,
  windowMs: 3 * MINUTE_MS,
  // What mends itself within a minute wakes nobody; three failures are already 15 seconds.
  forMs: MINUTE_MS,
  judge: ({ labels, failing }) =>
    judged(
      failing >= BLIND_AFTER,
      { value: failing, line: BLIND_AFTER },
      {
        headline: `The alert ${labels['rule'] ?? ''} cannot be evaluated: asking for its data failed ${failing} times in a row`,
        value: `failed ${failing} times in a row`,
        line: `${BLIND_AFTER} times in a row`,
        window: 'for 1 min',
      },
    ),
  runbook: {
    title: MONITORING,
    steps: [
      'While it stands this alert cannot fire here: look at its figure yourself. Prometheus watches most of them on its own.',
      'Many rules at once: one store is away. See /readyz and DependencyDown or DependencyDegraded.',
      'One rule alone: the log of the engine says what its question was answered with.',
    ],
  },
  prometheus: {
    expr: 'max by (rule) (increase(alert_evaluations_total{result="failed"}[5m])) >= 3 unless on (rule) max by (rule) (increase(alert_evaluations_total{result="answered"}[5m])) > 0',
    for: '1m',
  },
})

const dataMissing = rule({
  ...ABOUT_ENGINE,
  name: 'AlertDataMissing',
  measure: blindMeasure,
  windowMs: 3 * MINUTE_MS,
  forMs: 3 * MINUTE_MS,
  judge: ({ labels, missing }) =>
    judged(
      missing >= BLIND_AFTER,
      { value: missing, line: BLIND_AFTER },
      {
        headline: `The alert ${labels['rule'] ?? ''} sees no data any more (${missing} times in a row): it can neither fire nor resolve`,
        value: `no data ${missing} times in a row`,
        line: `${BLIND_AFTER} times in a row`,
        window: 'for 3 min',
      },
    ),
  runbook: {
    title: MONITORING,
    steps: [
      'What does it look at? Something that gave figures gives none: a process that ended, a dependency that is not set up any more.',
      'Was it taken away on purpose? Then close the incident; it says no more.',
      'If not, start what should give the figures again.',
    ],
  },
})

const FAILED_LINE = 3

const notificationsFailing = rule({
  ...ABOUT_ENGINE,
  name: 'AlertNotificationsFailing',
  tell: ['on_call', 'management'],
  measure: sendsMeasure,
  windowMs: META_MS.sends,
  groupBy: ['channel'],
  judge: ({ labels, givenUp, failedAttempts }) =>
    judged(
      givenUp > 0 || failedAttempts >= FAILED_LINE,
      { value: failedAttempts, line: FAILED_LINE, numerator: givenUp },
      {
        headline: `Alerts do not reach people by ${labels['channel'] ?? 'any channel'}: ${counted(failedAttempts, 'attempt')} failed, ${counted(givenUp, 'message')} given up (15 min)`,
        value: `${counted(failedAttempts, 'attempt')} failed`,
        line: `${FAILED_LINE} or more, or any message given up`,
        window: '15 min',
        counted: counted(givenUp, 'message') + ' given up',
      },
    ),
  runbook: {
    title: 'Runbook section 3, Escalation Procedures',
    steps: [
      'Until it works, look at /alerts every quarter of an hour: what should have rung may not have.',
      'Mail: is the server up, is our password right? Pager: is the routing key right, is its service up?',
      'Send a test notification; messages that wait are sent by themselves, what was given up went by another way.',
    ],
  },
  prometheus: {
    expr: 'sum by (channel) (increase(alert_notifications_total{result="failed"}[15m])) >= 3',
    for: '0s',
  },
})

/** Rows about an engine that is blind or mute. */
export const BLIND_RULES: readonly AlertRule[] = [evaluationFailing, dataMissing, notificationsFailing]
