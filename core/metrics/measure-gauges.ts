import { loadSql } from '../postgres/sql.ts'
import { forget } from './definition.ts'
import type { GaugeDeps, Part } from './gauge-part.ts'
import { OPEN_PAYMENTS, POOL, QUEUES_OF_WORK, SCHEDULED } from './measure-work.ts'

const readWebhooks = loadSql(import.meta.url, 'sql/gauges_read_webhooks.sql')
const readPayments = loadSql(import.meta.url, 'sql/gauges_read_payments.sql')
const readReconciliation = loadSql(import.meta.url, 'sql/gauges_read_reconciliation.sql')
const readPeople = loadSql(import.meta.url, 'sql/gauges_read_people.sql')
const readAlerting = loadSql(import.meta.url, 'sql/gauges_read_alerting.sql')

const MINUTE_MS = 60_000
const WEBHOOK_STUCK_MS = 5 * MINUTE_MS
const PAYMENT_STUCK_MS = 10 * MINUTE_MS
const EVIDENCE_SOON_MS = 48 * 60 * MINUTE_MS
const SEVERITIES = ['critical', 'warning', 'info'] as const

const secondsOf = (at: Date): number => at.getTime() / 1_000

/** Seconds since the earliest of `times`; 0 when there is none of them: nothing waits. */
const ageOf = (now: Date, ...times: (Date | null)[]): number => {
  const known = times.flatMap((time) => (time === null ? [] : [time.getTime()]))
  return known.length === 0 ? 0 : Math.max(0, (now.getTime() - Math.min(...known)) / 1_000)
}

interface WebhookRow {
  readonly unprocessed: number
  readonly oldest: Date | null
  readonly stuck: number
  readonly dead: number
  readonly last_received: Date | null
}

const WEBHOOKS: Part = {
  name: 'webhooks',
  gauges: (m) => [
    m.webhookUnprocessed,
    m.webhookOldest,
    m.webhookStuck,
    m.webhookDead,
    m.webhookLastReceived,
  ],
  measure: async ({ db, metrics }, now) => {
    const row = await db.first<WebhookRow>(readWebhooks, [now, new Date(now.getTime() - WEBHOOK_STUCK_MS)])
    if (!row) return
    metrics.webhookUnprocessed.set(row.unprocessed)
    metrics.webhookOldest.set(ageOf(now, row.oldest))
    metrics.webhookStuck.set(row.stuck)
    metrics.webhookDead.set(row.dead)
    if (row.last_received) metrics.webhookLastReceived.set(secondsOf(row.last_received))
  },
}

interface PaymentRow {
  readonly stuck: number
  readonly disputes_open: number
  readonly evidence_due: number
  readonly payout_since: Date | null
  readonly outbox_oldest: Date | null
  readonly batch_oldest: Date | null
}

const PAYMENTS: Part = {
  name: 'payments',
  gauges: (m) => [m.paymentsStuck, m.disputesOpen, m.disputesEvidenceDue, m.payoutOverdue, m.outboxOldest],
  measure: async ({ db, metrics }, now) => {
    const at = (ms: number) => new Date(now.getTime() + ms)
    const row = await db.first<PaymentRow>(readPayments, [now, at(-PAYMENT_STUCK_MS), at(EVIDENCE_SOON_MS)])
    if (!row) return
    metrics.paymentsStuck.set(row.stuck)
    metrics.disputesOpen.set(row.disputes_open)
    metrics.disputesEvidenceDue.set({ within: '48h' }, row.evidence_due)
    metrics.payoutOverdue.set(ageOf(now, row.payout_since))
    metrics.outboxOldest.set(ageOf(now, row.outbox_oldest, row.batch_oldest))
  },
}

interface ReconciliationRow {
  readonly open: Readonly<Record<string, number>>
  readonly at_risk: Readonly<Record<string, string>>
  readonly oldest: Date | null
  readonly last_success: Date | null
}

const RECONCILIATION: Part = {
  name: 'reconciliation',
  gauges: (m) => [
    m.reconciliationExceptionValue,
    m.reconciliationOldestException,
    m.reconciliationLastSuccess,
    m.reconciliationOpenExceptions,
  ],
  measure: async ({ db, metrics }, now) => {
    const row = await db.first<ReconciliationRow>(readReconciliation)
    if (!row) return
    metrics.reconciliationOpenExceptions.reset()
    // One series at least: no exceptions are 0 exceptions.
    metrics.reconciliationOpenExceptions.set({ category: 'any' }, 0)
    for (const [category, open] of Object.entries(row.open))
      metrics.reconciliationOpenExceptions.set({ category }, Number(open))
    metrics.reconciliationExceptionValue.reset()
    for (const [currency, risk] of Object.entries(row.at_risk))
      metrics.reconciliationExceptionValue.set({ currency }, Number(risk))
    metrics.reconciliationOldestException.set(ageOf(now, row.oldest))
    if (row.last_success) metrics.reconciliationLastSuccess.set(secondsOf(row.last_success))
  },
}

interface AlertingRow {
  readonly firing: Readonly<Record<string, number>>
  readonly unacked: Readonly<Record<string, string>>
  readonly silences: number
  readonly evaluated: Date | null
}

const ALERTING: Part = {
  name: 'alerting',
  gauges: (m) => [m.alertsFiring, m.alertUnacked, m.alertSilences, m.alertLastEvaluation],
  measure: async ({ db, metrics }, now) => {
    const row = await db.first<AlertingRow>(readAlerting, [now])
    if (!row) return
    for (const severity of SEVERITIES) {
      const oldest = row.unacked[severity]
      metrics.alertsFiring.set({ severity }, Number(row.firing[severity] ?? 0))
      metrics.alertUnacked.set({ severity }, ageOf(now, oldest === undefined ? null : new Date(oldest)))
    }
    metrics.alertSilences.set(row.silences)
    // Without it Prometheus sees that the engine never ran (AlertEngineStale, absent).
    if (row.evaluated === null) forget(metrics.alertLastEvaluation)
    else metrics.alertLastEvaluation.set(secondsOf(row.evaluated))
  },
}

const PEOPLE: Part = {
  name: 'people',
  gauges: (m) => [m.mfaMissingAdmins],
  measure: async ({ db, metrics }) => {
    const row = await db.first<{ bare_admins: number }>(readPeople)
    if (row) metrics.mfaMissingAdmins.set(row.bare_admins)
  },
}

const PARTS: readonly Part[] = [
  WEBHOOKS,
  PAYMENTS,
  RECONCILIATION,
  ALERTING,
  PEOPLE,
  OPEN_PAYMENTS,
  QUEUES_OF_WORK,
  SCHEDULED,
  POOL,
]

/**
 * Measures, for a scrape, what stands in Postgres. What cannot be measured shows nothing at all: a gauge that stands at its
 * last value, or at zero, would say that all is well.
 */
export const measureGauges = async (deps: GaugeDeps): Promise<void> => {
  const now = deps.env.clock.now()
  await Promise.all(
    PARTS.map(async ({ name, gauges, measure }) => {
      try {
        await measure(deps, now)
      } catch (error) {
        deps.log.warn({ err: error, part: name }, 'gauges not measured')
        for (const gauge of gauges(deps.metrics)) forget(gauge)
      }
    }),
  )
}
