import { WAKEUP_NAMES } from '../queue.ts'
import type { Shop } from '../shop.ts'
import { counter, each, gauge, histogram } from './definition.ts'

const REQUEST_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const WAIT_S = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30]
type Intervals = Pick<Shop, 'reconcile_every_s' | 'poll_every_s'>

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const
/** Classes of an answer's status. */
export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const
/** Queues of work in Postgres. */
export const QUEUES = [
  'completer',
  'poller',
  'readers',
  'reconcile',
  'looks',
  'notifications',
  'receipts',
] as const
const NIGHT_S = 26 * 3_600
/** Scheduled work, with the seconds after which it is overdue: a night with its slack, three intervals of the others. */
export const TASKS = {
  nightly_reconciliation: () => NIGHT_S,
  reconciliation_look: (shop: Intervals) => 3 * shop.reconcile_every_s,
  poll: (shop: Intervals) => 3 * shop.poll_every_s,
} as const
const TASK_NAMES = ['nightly_reconciliation', 'reconciliation_look', 'poll'] as const
const JOB_S = [0.005, 0.05, 0.25, 1, 5, 15, 60, 300]
const SEVERITIES = ['critical', 'warning', 'info'] as const
const CHANNELS = ['mail', 'pager', 'slack', 'webhook'] as const

/** HTTP, stores, and the alerting itself. */
export const OF_PLATFORM = {
  httpRequests: counter('http_requests_total', 'HTTP answers', {
    method: METHODS,
    route: each('route of the API'),
    status_class: STATUS_CLASSES,
  }),
  httpDuration: histogram('http_request_duration_seconds', 'Time to answer', REQUEST_S, {
    method: METHODS,
    route: each('route of the API'),
  }),
  dependencyUp: gauge('dependency_up', '1 when the dependency answers, 0 when it does not', {
    dependency: ['postgres', 'clickhouse', 'redis', 'stripe', 'smtp'],
  }),
  outboxPending: gauge('outbox_pending', 'Events not yet in ClickHouse'),
  outboxOldest: gauge(
    'outbox_oldest_age_seconds',
    'Age of the oldest event not yet in ClickHouse, 0 without one',
  ),
  ingestLag: gauge(
    'clickhouse_ingest_lag_seconds',
    'How long after its recording the newest event arrived that ClickHouse acknowledged',
  ),
  clickhouseRows: counter('clickhouse_insert_rows_total', 'Rows sent to ClickHouse', {
    stream: ['payment_events'],
    result: ['ok', 'failed'],
  }),
  queueJobs: gauge('queue_jobs', 'Pieces of work that are due', { queue: QUEUES, state: ['due'] }),
  queueOldest: gauge(
    'queue_oldest_waiting_age_seconds',
    'Since when the oldest piece of work is due, 0 without one',
    { queue: QUEUES },
  ),
  queueDuration: histogram('queue_job_duration_seconds', 'Time that one look at a queue took', JOB_S, {
    queue: WAKEUP_NAMES,
  }),
  queueFailed: counter('queue_jobs_failed_total', 'Looks at a queue that failed and are repeated', {
    queue: WAKEUP_NAMES,
  }),
  taskRuns: counter('scheduled_task_runs_total', 'Scheduled work that was done, by result', {
    task: TASK_NAMES,
    result: ['succeeded', 'failed'],
  }),
  taskLastSuccess: gauge(
    'scheduled_task_last_success_timestamp_seconds',
    'When scheduled work last succeeded, by the business clock',
    { task: TASK_NAMES },
  ),
  taskMaxAge: gauge(
    'scheduled_task_max_age_seconds',
    'After so long without success scheduled work is overdue',
    {
      task: TASK_NAMES,
    },
  ),
  poolConnections: gauge('pg_pool_connections', 'Connections to PostgreSQL', {
    state: ['idle', 'busy', 'waiting'],
  }),
  poolWait: histogram('pg_pool_wait_seconds', 'Wait for a connection to PostgreSQL', WAIT_S),
  authFailures: counter(
    'auth_failures_total',
    'Tries to log in, or to prove a second factor, that failed; `refused`: not looked at, after too many',
    { kind: ['password', 'code', 'pin', 'refused'] },
  ),
  mfaMissingAdmins: gauge('mfa_missing_admins', 'Admins who may log in and have no second factor'),
  auditFailed: counter('audit_append_failed_total', 'Rows of the audit trail that could not be written'),
  buildInfo: gauge('build_info', 'Always 1; the version is a label', { version: each('version that runs') }),
  alertEvaluations: counter('alert_evaluations_total', 'Rules asked, by what came of it', {
    rule: each('rule of the alert catalogue'),
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
  alertAck: histogram(
    'alert_ack_seconds',
    'From the opening of an incident to the first person who took it, by the business clock',
    [15, 30, 60, 120, 300, 600, 900, 1_800, 3_600],
    { severity: SEVERITIES },
  ),
  alertNotificationDuration: histogram(
    'alert_notification_duration_seconds',
    'From the commit of a message to its end, by the business clock',
    [0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 300],
    { channel: CHANNELS },
  ),
}
