/** A rule that stores what several alerts and dashboards ask for, so that it is worked out once. */
export interface RecordingRule {
  readonly record: string
  readonly expr: string
}

const recording = (record: string, expr: string): RecordingRule => ({ record, expr })

const ATTEMPTS = 'payments_total{outcome=~"succeeded|failed"}'
const FAILURES = 'payments_total{outcome="failed"}'
const DURATION = 'payment_processing_duration_seconds'

/** Named level:metric:operation, after Prometheus' own advice. None has labels: each is about the whole shop. */
export const RECORDING_RULES: readonly RecordingRule[] = [
  recording('shop:payment_attempts:increase1h', `sum(increase(${ATTEMPTS}[1h]))`),
  recording('shop:payment_attempts:increase6h', `sum(increase(${ATTEMPTS}[6h]))`),
  recording('shop:payment_attempts:increase3d', `sum(increase(${ATTEMPTS}[3d]))`),
  recording('shop:payment_failures:increase1h', `sum(increase(${FAILURES}[1h]))`),
  recording('shop:payment_durations:increase1h', `sum(increase(${DURATION}_count[1h]))`),
  recording('shop:payment_durations_within_10s:increase1h', `sum(increase(${DURATION}_bucket{le="10"}[1h]))`),
]

/** The expression with whatever is recorded taken from the record: the same figure, worked out once. */
export const withRecordings = (expr: string): string => {
  let short = expr
  for (const rule of RECORDING_RULES) short = short.replaceAll(rule.expr, rule.record)
  return short
}
