import { counter, gauge, histogram } from './definition.ts'

const REQUEST_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const WAIT_S = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30]
const SEVERITIES = ['critical', 'warning', 'info'] as const
const CHANNELS = ['mail', 'pager', 'slack', 'webhook'] as const

/** HTTP, stores, and the alerting itself. */
export const OF_PLATFORM = {
  httpRequests: counter('http_requests_total', 'HTTP answers', {
    method: null,
    route: null,
    status_class: null,
  }),
  httpDuration: histogram('http_request_duration_seconds', 'Time to answer', REQUEST_S, {
    method: null,
    route: null,
  }),
  dependencyUp: gauge('dependency_up', '1 when the dependency answers, 0 when it does not', {
    dependency: ['postgres', 'clickhouse', 'redis', 'stripe', 'smtp'],
  }),
  outboxPending: gauge('outbox_pending', 'Events not yet in ClickHouse'),
  outboxOldest: gauge(
    'outbox_oldest_age_seconds',
    'Age of the oldest event not yet in ClickHouse, 0 without one',
  ),
  poolConnections: gauge('pg_pool_connections', 'Connections to PostgreSQL', {
    state: ['idle', 'busy', 'waiting'],
  }),
  poolWait: histogram('pg_pool_wait_seconds', 'Wait for a connection to PostgreSQL', WAIT_S),
  buildInfo: gauge('build_info', 'Always 1; the version is a label', { version: null }),
  alertEvaluations: counter('alert_evaluations_total', 'Rules asked, by what came of it', {
    rule: null,
    result: ['answered', 'failed'],
  }),
  alertTicks: counter('alert_ticks_total', 'Turns of the engine in this process', {
    result: ['evaluated', 'stood_by', 'unsteady', 'lost', 'failed'],
  }),
  alertEvaluationDuration: histogram(
    'alert_evaluation_duration_seconds',
    'Time that an evaluation of the whole catalogue took',
    REQUEST_S,
  ),
  alertLastEvaluation: gauge(
    'alert_evaluation_last_success_timestamp_seconds',
    'Last evaluation that any process has stored, by the business clock',
  ),
  alertsFiring: gauge('alerts_firing', 'Incidents that are not over', { severity: SEVERITIES }),
  alertUnacked: gauge(
    'alert_unacked_oldest_age_seconds',
    'Age of the oldest incident that is told to people and nobody has taken, 0 without one',
    { severity: SEVERITIES },
  ),
  alertSilences: gauge('alert_silences_active', 'Silences that hold now'),
  alertNotifications: counter('alert_notifications_total', 'Messages that ended', {
    channel: CHANNELS,
    result: ['sent', 'dropped', 'failed'],
  }),
  alertNotificationDuration: histogram(
    'alert_notification_duration_seconds',
    'From the commit of a message to its end, by the business clock',
    [0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 300],
    { channel: CHANNELS },
  ),
}
