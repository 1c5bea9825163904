import { settleOutcome, type Run } from '../../ingest/payments/money-calls.ts'
import { createPaymentOperation } from '../../ingest/payments/payment-operations.ts'
import { createPaymentRecords } from '../../ingest/payments/payment-records.ts'
import type { Deps } from '#core/service.ts'
import { openBenchDeps } from '../lib/bench-deps.ts'
import type { BenchStores } from '../lib/bench-stores.ts'
import { runInFlight } from '../lib/in-flight.ts'
import { peakMemoryMb } from '../lib/machine-facts.ts'
import { preparePgbench } from '../lib/pgbench.ts'
import type { Bench, Side } from '../lib/report.ts'
import { seedPayments, succeededIntent, type Seeded } from './seed.ts'

const IN_FLIGHT = 64
const SIZES = {
  full: { payments: 12_000, pgbench: { seconds: 4 } },
  small: { payments: 200, pgbench: { rowsPerClient: 5 } },
}

const runOf = (seeded: Seeded, now: Date): Run => ({
  started: {
    key: seeded.key,
    recovery_point: 'create_payment',
    object_id: seeded.paymentId,
    trace_id: 'bench',
    created_at: now,
    role: 'cashier',
    request_body: { payment_method: 'pm_card_visa' },
    looks: 0,
  },
  by: { writer: 'api', cause: { kind: 'call', id: seeded.paymentId }, latencyMs: 10 },
  about: { role: 'cashier', requestId: 'req_bench' },
  resumed: false,
  owner: 1,
})

const recordSide = (deps: Deps, count: number): Side => ({
  name: 'tillwatch',
  what:
    "record captured card payments after Stripe's answer, answered after COMMIT: lock payment and sale; update both; 1 " +
    'journal entry with 3 postings; 3 events; read the payment for the answer; finish its idempotency key',
  units: { per_second: 'payments/s', p50_ms: 'ms', p99_ms: 'ms' },
  run: async (round) => {
    const records = createPaymentRecords(deps)
    const seeded = await seedPayments(deps, round, count)
    const now = deps.env.clock.now()
    const createdS = Math.floor(now.getTime() / 1000)
    const things = seeded.map((one) => ({ run: runOf(one, now), intent: succeededIntent(one, createdS) }))
    return runInFlight(things, IN_FLIGHT, async ({ run, intent }) => {
      await settleOutcome({ deps, records }, createPaymentOperation, intent, run)
    })
  },
})

const countRecorded = `
  SELECT (SELECT count(*) FROM journal_entries) AS entries,
         (SELECT count(*) FROM payments WHERE status = 'succeeded') AS paid,
         (SELECT count(*) FROM idempotency_keys WHERE status = 'finished') AS finished`

/** Figures of payments that were not recorded mean nothing. */
const checkRecorded = async (deps: Deps): Promise<void> => {
  const found = await deps.db.first<{ entries: bigint; paid: bigint; finished: bigint }>(countRecorded)
  if (!found || found.entries !== found.paid || found.finished !== found.paid || found.paid === 0n)
    throw new Error(`not every payment was recorded: ${JSON.stringify(found, (_, v: unknown) => String(v))}`)
}

/** Payments recorded per second at 64 in flight, against pgbench committing one row 64 times at once. */
export const openLedgerBench = async (stores: BenchStores, small: boolean): Promise<Bench> => {
  const size = small ? SIZES.small : SIZES.full
  const pgbench = await preparePgbench(await stores.createDatabase('pgbench'), stores.folder, IN_FLIGHT)
  const { deps, close } = await openBenchDeps({
    appUrl: stores.appUrl,
    folder: stores.folder,
    name: 'ledger',
  })
  const subject = recordSide(deps, size.payments)
  return {
    name: 'ledger',
    about: [
      `${IN_FLIGHT} in flight, ${size.payments} payments a round, all foreign keys and constraints on; sales, payments and claimed`,
      'keys stand before the clock starts. Load and product run in one process, PostgreSQL in its own.',
    ],
    sides: [
      subject,
      {
        name: 'pgbench',
        what: `pgbench -c ${IN_FLIGHT}, same server: INSERT of one row per COMMIT, prepared`,
        units: { per_second: 'rows/s', mean_ms: 'ms' },
        run: async () => pgbench(size.pgbench),
      },
    ],
    goals: [
      {
        name: 'tillwatch / pgbench',
        unit: 'x',
        goal: 0.6,
        sense: 'at_least',
        value: ({ tillwatch, pgbench: peer }) =>
          (tillwatch?.['per_second'] ?? Number.NaN) / (peer?.['per_second'] ?? Number.NaN),
      },
      {
        name: 'p99 of one recording',
        unit: 'ms',
        goal: 30,
        sense: 'at_most',
        value: ({ tillwatch }) => tillwatch?.['p99_ms'] ?? Number.NaN,
      },
    ],
    memoryMb: async () => {
      await checkRecorded(deps)
      return { 'recording process': await peakMemoryMb(process.pid) }
    },
    close,
  }
}
