import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const readPulses = loadSql(import.meta.url, 'sql/service_pulses_read.sql')

/** Windows over which processes' counts are summed, milliseconds. */
export const PULSE_MS = { short: 5 * 60_000, long: 15 * 60_000 } as const

type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What the processes of the platform say of themselves. */
export interface PulseReading extends Reading {
  readonly at: Date
  /** The last sign of life of any process within the hour, and of one that is a gateway. */
  readonly anyAt: Date | null
  readonly gatewayAt: Date | null
  /** Answers of the gateway in five minutes, and those of 500 and above. */
  readonly answers: number
  readonly serverErrors: number
  /** Calls to Stripe in five minutes, all and by outcome. */
  readonly stripeCalls: number
  readonly stripeOutcomes: Readonly<Record<string, number>>
  /** Deliveries in fifteen minutes that Stripe did not sign. */
  readonly signatureFailures: number
}

interface PulseRow {
  readonly any_at: Date | null
  readonly gateway_at: Date | null
  readonly short: Counts
  readonly long: Counts
}

const sumOf = (counts: Readonly<Record<string, number>> = {}): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

const toReading = (row: PulseRow, at: Date): PulseReading => {
  const { http_requests: http = {}, stripe_requests: stripe = {} } = row.short
  return {
    labels: {},
    at,
    anyAt: row.any_at,
    gatewayAt: row.gateway_at,
    answers: sumOf(http),
    serverErrors: http['5xx'] ?? 0,
    stripeCalls: sumOf(stripe),
    stripeOutcomes: stripe,
    signatureFailures: row.long['webhook_signature_failures']?.['stripe'] ?? 0,
  }
}

/** What each process wrote of itself (core/pulse), summed over all of them; always one reading. */
export const pulseMeasure: Measure<PulseReading> = {
  name: 'service_pulses',
  from: 'postgres',
  read: async ({ db }, at) => {
    const before = (ms: number) => new Date(at.getTime() - ms)
    const row = await db.first<PulseRow>(readPulses, [at, before(PULSE_MS.short), before(PULSE_MS.long)])
    invariant(row, 'an aggregate without a row')
    return [toReading(row, at)]
  },
}
