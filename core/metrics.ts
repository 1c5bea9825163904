import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

const WITHIN_REQUEST_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** 3, 5 and 10 s are the runbook's own numbers (section 4). */
const PAYMENT_S = [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 30]

/** Gauges of the default set that are named like counters, which `promtool check metrics` refuses. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

/** Who may be first to write a fact of Stripe's, and what such facts are of. */
const FACT_WRITERS = ['api', 'webhook', 'poller', 'completer', 'reconciler'] as const
const FACT_KINDS = ['payment', 'refund', 'payout', 'dispute'] as const

/** Counts facts by who was first to write them; a layer that never was is shown as 0: that is what one looks for. */
const createFirstWriters = (registry: Registry) => {
  const counter = new Counter({
    name: 'facts_first_writer_total',
    help: 'Facts by who was first to write them',
    labelNames: ['writer', 'kind'] as const,
    registers: [registry],
  })
  for (const writer of FACT_WRITERS) for (const kind of FACT_KINDS) counter.inc({ writer, kind }, 0)
  return counter
}

/** Every metric of the platform; labels are bounded sets, never ids or amounts. */
export const createMetrics = () => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter({ name, help, labelNames, registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name, help, labelNames, registers })
  return {
    registry,
    factsFirstWriter: createFirstWriters(registry),
    httpRequests: counter('http_requests_total', 'HTTP answers', ['method', 'route', 'status_class']),
    httpDuration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer',
      labelNames: ['method', 'route'],
      buckets: WITHIN_REQUEST_S,
      registers,
    }),
    payments: counter('payments_total', 'Attempts at their final outcome', [
      'outcome',
      'failure_class',
      'method',
    ]),
    paymentDuration: new Histogram({
      name: 'payment_processing_duration_seconds',
      help: 'Accepted confirm to final outcome',
      labelNames: ['outcome', 'method'],
      buckets: PAYMENT_S,
      registers,
    }),
    refunds: counter('refunds_total', 'Refunds by outcome', ['outcome']),
    disputes: counter('disputes_total', 'Disputes opened, and by how they were decided', ['outcome']),
    idempotencyReplays: counter('idempotency_replays_total', 'Answers replayed for a known key'),
    idempotencyConflicts: counter('idempotency_conflicts_total', 'Keys in flight or reused', ['reason']),
    webhookEvents: counter('webhook_events_total', 'Deliveries and events by result', ['result']),
    webhookSignatureFailures: counter(
      'webhook_signature_failures_total',
      'Deliveries refused for their signature',
    ),
    webhookUnprocessed: gauge('webhook_unprocessed', 'Events accepted and not yet applied'),
    stripeRequests: counter('stripe_requests_total', 'Calls to Stripe', ['operation', 'outcome']),
    stripeMismatches: counter(
      'stripe_reply_mismatches_total',
      'Answers of Stripe that were not about what was asked for',
      ['operation'],
    ),
    outboxPending: gauge('outbox_pending', 'Events not yet in ClickHouse'),
    ledgerEntries: counter('ledger_postings_total', 'Journal entries posted', ['kind']),
    ledgerImbalance: gauge('ledger_imbalance_minor', 'Sum of all postings, must be 0', ['currency']),
    reconciliationRuns: counter('reconciliation_runs_total', 'Runs by kind and result', ['kind', 'result']),
    reconciliationLooks: counter('reconciliation_looks_total', 'Looks between two nights by result', [
      'result',
    ]),
    reconciliationLookDuration: new Histogram({
      name: 'reconciliation_look_duration_seconds',
      help: 'Time that a look took',
      buckets: WITHIN_REQUEST_S,
      registers,
    }),
    reconciliationLastLook: gauge(
      'reconciliation_last_look_timestamp_seconds',
      'Instant up to which looks have read Stripe, by the business clock',
    ),
    reconciliationItems: counter('reconciliation_items_total', 'Balance transactions by outcome', ['match']),
    reconciliationOpenExceptions: gauge('reconciliation_open_exceptions', 'Open exceptions', ['category']),
    dependencyUp: gauge('dependency_up', '1 when the dependency answers', ['dependency']),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
