/** A metric whose facts do not exist yet: it is not exported, for a zero would be a lie. */
export interface AwaitedMetric {
  readonly name: string
  readonly waitsFor: string
}

export const AWAITED_METRICS: readonly AwaitedMetric[] = [
  { name: 'payments_expected_attempts', waitsFor: 'the usual trade of each hour as a gauge' },
  { name: 'payments_offline_queue_size', waitsFor: 'tills that sell offline' },
  { name: 'payments_offline_oldest_age_seconds', waitsFor: 'tills that sell offline' },
  { name: 'privileged_actions_total', waitsFor: 'a count at the door; the audit trail has each of them' },
  { name: 'pan_detected_total', waitsFor: 'the scan for card numbers in stores' },
  { name: 'velocity_blocks_total', waitsFor: 'rules against fraud at the till' },
  { name: 'high_value_payments_total', waitsFor: 'limits of stores' },
  { name: 'db_query_duration_seconds', waitsFor: 'statements that are named by what they do' },
  { name: 'backup_last_success_timestamp_seconds', waitsFor: 'backups and drills' },
  { name: 'restore_drill_last_success_timestamp_seconds', waitsFor: 'backups and drills' },
  { name: 'api_key_age_seconds', waitsFor: "the secrets' age page" },
  { name: 'dispute_rate_ratio', waitsFor: 'nothing: the alert asks Postgres for it exactly' },
  { name: 'tls_certificate_expiry_timestamp_seconds', waitsFor: "the secrets' age page" },
  { name: 'sse_clients', waitsFor: 'live pages' },
  { name: 'stripe_circuit_state', waitsFor: 'a circuit breaker in front of Stripe, which there is not' },
  { name: 'oncall_coverage_gap_seconds', waitsFor: 'rotas, which belong to the pager service' },
]
