import { scene, type RuleCase } from './rule-case.ts'

const GATEWAY = 'up{job="tillwatch",service="gateway"}'
const WORKER = 'up{job="tillwatch",service="worker"}'
const ANSWERS = 'http_requests_total{status_class="2xx"}'
const ERRORS = 'http_requests_total{status_class="5xx"}'
const WAIT = 'pg_pool_wait_seconds_bucket'
const LOOKED = 'alert_evaluation_last_success_timestamp_seconds'

/** Cases about the platform and the alerting itself. The clock of these scenes begins at 0. */
export const PLATFORM_CASES: readonly RuleCase[] = [
  {
    rule: 'PaymentGatewayDown',
    why: 'the gateway is away for more than a minute, and the worker is',
    labels: { job: 'tillwatch', service: 'gateway' },
    fires: scene(8, { [GATEWAY]: '1x2 0x10', [WORKER]: '1x15' }),
    silent: scene(8, { [GATEWAY]: '1x15', [WORKER]: '1x2 0x10' }),
  },
  {
    rule: 'PaymentGatewayDown',
    why: 'nobody asks the gateway at all',
    labels: { job: 'tillwatch', service: 'gateway' },
    fires: scene(8, { [WORKER]: '1x15' }),
    silent: scene(8, { [GATEWAY]: '1x15' }),
  },
  {
    rule: 'PaymentGatewayErrors',
    why: '6 % of the answers against 5 %, and 4 %',
    fires: scene(15, { [ERRORS]: '0+6x20', [ANSWERS]: '0+94x20' }),
    silent: scene(15, { [ERRORS]: '0+4x20', [ANSWERS]: '0+96x20' }),
  },
  {
    rule: 'DependencyDown',
    why: 'PostgreSQL does not answer, and ClickHouse does not',
    labels: { dependency: 'postgres' },
    fires: scene(5, { 'dependency_up{dependency="postgres"}': '0x10' }),
    silent: scene(5, {
      'dependency_up{dependency="postgres"}': '1x10',
      'dependency_up{dependency="clickhouse"}': '0x10',
    }),
  },
  {
    rule: 'DependencyDegraded',
    why: 'ClickHouse does not answer, and does',
    labels: { dependency: 'clickhouse' },
    fires: scene(5, { 'dependency_up{dependency="clickhouse"}': '0x10' }),
    silent: scene(5, { 'dependency_up{dependency="clickhouse"}': '1x10' }),
  },
  {
    rule: 'DbPoolExhausted',
    why: 'half wait for more than a second, and none',
    fires: scene(15, {
      [`${WAIT}{le="1"}`]: '0+1x20',
      [`${WAIT}{le="5"}`]: '0+2x20',
      [`${WAIT}{le="+Inf"}`]: '0+2x20',
    }),
    silent: scene(15, {
      [`${WAIT}{le="1"}`]: '0+2x20',
      [`${WAIT}{le="5"}`]: '0+2x20',
      [`${WAIT}{le="+Inf"}`]: '0+2x20',
    }),
  },
  {
    rule: 'OutboxLagHigh',
    why: 'the oldest waits for 121 s, and 120 s',
    fires: scene(5, { outbox_oldest_age_seconds: '121x10' }),
    silent: scene(5, { outbox_oldest_age_seconds: '120x10' }),
  },
  {
    rule: 'AlertEvaluationFailing',
    why: 'a rule fails and is not answered, and fails now and then',
    labels: { rule: 'LedgerImbalance' },
    fires: scene(10, {
      'alert_evaluations_total{rule="LedgerImbalance",result="failed"}': '0+1x20',
      'alert_evaluations_total{rule="LedgerImbalance",result="answered"}': '0x20',
    }),
    silent: scene(10, {
      'alert_evaluations_total{rule="LedgerImbalance",result="failed"}': '0+1x20',
      'alert_evaluations_total{rule="LedgerImbalance",result="answered"}': '0+1x20',
    }),
  },
  {
    rule: 'AlertNotificationsFailing',
    why: 'three messages in 15 min, and two',
    labels: { channel: 'pager' },
    fires: scene(10, { 'alert_notifications_total{channel="pager",result="failed"}': '0x5 3x20' }),
    silent: scene(10, { 'alert_notifications_total{channel="pager",result="failed"}': '0x5 2x20' }),
  },
  {
    rule: 'AdminWithoutMfa',
    why: 'one admin has none for longer than an hour, and just under',
    fires: scene(70, { mfa_missing_admins: '0x5 1x70' }),
    silent: scene(64, { mfa_missing_admins: '0x5 1x70' }),
  },
  {
    rule: 'AlertUnacknowledged',
    why: 'critical for 901 s, and 900 s',
    fires: scene(5, { 'alert_unacked_oldest_age_seconds{severity="critical"}': '901x10' }),
    silent: scene(5, {
      'alert_unacked_oldest_age_seconds{severity="critical"}': '900x10',
      'alert_unacked_oldest_age_seconds{severity="warning"}': '9000x10',
    }),
  },
  {
    rule: 'AlertEngineStale',
    why: 'nothing evaluated for 5 min, and evaluated each minute',
    fires: scene(5, { [LOOKED]: '0x10' }),
    silent: scene(5, { [LOOKED]: '0+60x10' }),
  },
  {
    rule: 'AlertEngineStale',
    why: 'no process says when it was evaluated, and one of two does',
    fires: scene(5, { [WORKER]: '1x10' }),
    silent: scene(5, {
      [`${LOOKED}{service="gateway"}`]: '0x10',
      [`${LOOKED}{service="worker"}`]: '0+60x10',
    }),
  },
  {
    rule: 'AlertEngineAlive',
    why: 'evaluated each minute, and nothing for 4 min',
    fires: scene(5, { [LOOKED]: '0+60x10' }),
    silent: scene(4, { [LOOKED]: '0x10' }),
  },
  {
    rule: 'AlertEngineAlive',
    why: 'evaluated 3 min ago, and never',
    fires: scene(3, { [LOOKED]: '0x10' }),
    silent: scene(3, { [WORKER]: '1x10' }),
  },
  {
    rule: 'GatewayUnreachable',
    why: 'the engine hears it and tells nothing, and tells of something critical',
    labels: { job: 'tillwatch', service: 'gateway' },
    fires: scene(5, { [GATEWAY]: '0x10', [LOOKED]: '0+60x10', 'alerts_firing{severity="critical"}': '0x10' }),
    silent: scene(5, {
      [GATEWAY]: '0x10',
      [LOOKED]: '0+60x10',
      'alerts_firing{severity="critical"}': '1x10',
    }),
  },
  {
    rule: 'GatewayUnreachable',
    why: 'with an engine, and without one, which PaymentGatewayDown tells',
    labels: { job: 'tillwatch', service: 'gateway' },
    fires: scene(5, { [GATEWAY]: '0x10', [LOOKED]: '0+60x10' }),
    silent: scene(5, { [GATEWAY]: '0x10' }),
  },
  {
    rule: 'ScrapeFailing',
    why: 'the worker for more than 5 min, and for 4',
    labels: { job: 'tillwatch', service: 'worker' },
    fires: scene(8, { [GATEWAY]: '1x15', [WORKER]: '1 0x15' }),
    silent: scene(5, { [GATEWAY]: '1x15', [WORKER]: '1 0x15' }),
  },
]
