import type { DiskReading } from '../../measures/platform/read-disk.ts'
import type { IngestReading, OutboxReading } from '../../measures/platform/read-relay.ts'
import type { QueueReading } from '../../measures/platform/read-queues.ts'
import { probe, pulse } from './stripe-cases.ts'
import type { RuleCase } from './rule-case.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const ago = (seconds: number, ms = 0): Date => new Date(AT.getTime() - seconds * 1_000 - ms)
const GB = 1_000_000_000
const DAY_MS = 86_400_000

const disk = (freeBytes: number, fullInMs: number | null): DiskReading => ({
  labels: {},
  freeBytes,
  sizeBytes: 100 * GB,
  fullInMs,
})
const outbox = (oldestMs: number): OutboxReading => ({ labels: {}, pending: 7, oldestMs })
const ingest = (ageMs: number | null, hasArrived: boolean): IngestReading => ({
  labels: {},
  ageMs,
  hasArrived,
})
const queue = (overdueMs: number): QueueReading => ({ labels: { queue: 'poller' }, overdueMs })
const looks = (slow: number, quick: number) =>
  probe('postgres', { tookMs: [...Array<number>(slow).fill(1_001), ...Array<number>(quick).fill(1_000)] })

/** The rows about the platform's own parts at their edges. */
export const PLATFORM_CASES: readonly RuleCase[] = [
  {
    rule: 'PaymentGatewayDown',
    over: pulse({ gatewayAt: ago(60, 1) }),
    under: pulse({ gatewayAt: ago(60) }),
    tooFew: null,
    mutedBy: [],
    noData: pulse({ anyAt: null, gatewayAt: null }),
    also: [['others live, no gateway within the hour', pulse({ gatewayAt: null }), 'breached']],
  },
  {
    rule: 'PaymentGatewayErrors',
    over: pulse({ answers: 39, serverErrors: 2 }),
    under: pulse({ answers: 40, serverErrors: 2 }),
    tooFew: pulse({ answers: 19, serverErrors: 19 }),
    mutedBy: [['DependencyDown', { dependency: 'postgres' }]],
    also: [['twenty are enough', pulse({ answers: 20, serverErrors: 2 }), 'breached']],
  },
  {
    rule: 'DependencyDown',
    over: probe('postgres', { failuresInARow: 3, failingForMs: 60_000 }),
    under: probe('postgres', { failuresInARow: 6, failingForMs: 59_999 }),
    tooFew: null,
    mutedBy: [],
    also: [
      ['two looks are too few', probe('postgres', { failuresInARow: 2, failingForMs: 90_000 }), 'quiet'],
    ],
  },
  {
    rule: 'DependencyDegraded',
    over: probe('clickhouse', { failuresInARow: 3, failingForMs: 60_000 }),
    under: probe('clickhouse', { failuresInARow: 2, failingForMs: 60_000 }),
    tooFew: null,
    mutedBy: [],
    also: [['mail as well', probe('smtp', { failuresInARow: 9, failingForMs: 99_000 }), 'breached']],
  },
  {
    rule: 'DbPoolExhausted',
    over: looks(2, 18),
    under: looks(1, 19),
    tooFew: looks(19, 0),
    mutedBy: [['DependencyDown', { dependency: 'postgres' }]],
  },
  {
    rule: 'DiskFillingUp',
    over: disk(10 * GB - 1, null),
    under: disk(10 * GB, DAY_MS),
    tooFew: null,
    mutedBy: [],
    also: [['much is free and gone within a day', disk(90 * GB, DAY_MS - 1), 'breached']],
  },
  { rule: 'OutboxLagHigh', over: outbox(120_001), under: outbox(120_000), tooFew: null, mutedBy: [] },
  {
    rule: 'ClickHouseIngestLag',
    over: ingest(300_001, false),
    under: ingest(900_000, true),
    tooFew: null,
    mutedBy: [],
    also: [['nothing was ever recorded', ingest(null, true), 'quiet']],
  },
  { rule: 'QueueBacklog', over: queue(300_001), under: queue(300_000), tooFew: null, mutedBy: [] },
]
