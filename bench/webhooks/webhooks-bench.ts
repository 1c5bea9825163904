import { spawnChild, type Child } from '#core/engines/child.ts'
import { openDatabase, type Database } from '#core/postgres/db.ts'
import { BENCH_SECRET } from '../lib/bench-deps.ts'
import type { BenchStores } from '../lib/bench-stores.ts'
import { peakMemoryMb } from '../lib/machine-facts.ts'
import type { Bench, Sample, Side } from '../lib/report.ts'
import { startWorkerProcess, type WorkerProcess } from '../lib/worker-process.ts'
import type { LoadOrder, LoadResult } from './load.ts'
import { countSynced, migrateSyncEngine } from './sync-engine.ts'

const CONNECTIONS = 64
const SECONDS = { full: 5, small: 1 }
const UNITS = { per_second: 'deliveries/s', p50_ms: 'ms', p99_ms: 'ms' }

type Load = WorkerProcess<LoadOrder, LoadResult>

interface Stage {
  readonly stores: BenchStores
  readonly load: Load
  readonly seconds: number
}

const startServer = async (stores: BenchStores, side: string, url: string): Promise<Child> =>
  spawnChild({
    name: `bench server ${side}`,
    entry: new URL('server.ts', import.meta.url),
    args: ['--side', side, '--url', url, '--folder', stores.folder],
  })

/** One run against a server that lives for the whole bench. Every answer counted is one that was not refused. */
const measure = async (stage: Stage, server: Child, prefix: string | null): Promise<Sample> => {
  const result = await stage.load.ask({
    url: `http://127.0.0.1:${server.port}/payments/webhooks/stripe`,
    connections: CONNECTIONS,
    seconds: stage.seconds,
    events: prefix === null ? null : { prefix, secret: BENCH_SECRET },
  })
  if (result.refused > 0) throw new Error(`${result.refused} deliveries were refused`)
  return {
    per_second: result.per_second,
    p50_ms: result.p50_ms,
    p99_ms: result.p99_ms,
    rows: result.answered,
  }
}

/** Answered deliveries must be rows; the load may have been cut while some more were on their way. */
const checkStored = (name: string, stored: number, answered: number): void => {
  if (stored < answered) throw new Error(`${name}: ${answered} answered, only ${stored} stored`)
}

const countInbox = async (db: Database): Promise<number> =>
  Number((await db.first<{ count: bigint }>('SELECT count(*) FROM webhook_events'))?.count ?? 0n)

const tillwatchSide = (stage: Stage, server: Child, db: Database): Side => ({
  name: 'tillwatch',
  what:
    "POST /payments/webhooks/stripe of the gateway's own routes: signature verified, deduplicated, committed by group before " +
    '200; log line, metrics and security headers on; every delivery a new event of 2 KB',
  units: UNITS,
  run: async (round) => {
    const before = await countInbox(db)
    const { rows = 0, ...sample } = await measure(stage, server, `r${round}w`)
    checkStored('tillwatch', (await countInbox(db)) - before, rows)
    return sample
  },
})

const emptySide = (stage: Stage, server: Child): Side => ({
  name: 'empty',
  what: 'POST without a body to a Hono route that does nothing, same node server, same kind of process',
  units: UNITS,
  run: async () => {
    const { rows: _rows, ...sample } = await measure(stage, server, null)
    return sample
  },
})

const syncSide = (stage: Stage, server: Child, ownerUrl: string): Side => ({
  name: 'stripe-sync-engine',
  what: 'processWebhook of @supabase/stripe-sync-engine behind the same server, same events, same PostgreSQL',
  units: UNITS,
  run: async (round) => {
    const before = await countSynced(ownerUrl)
    const { rows = 0, ...sample } = await measure(stage, server, `r${round}s`)
    checkStored('stripe-sync-engine', (await countSynced(ownerUrl)) - before, rows)
    return sample
  },
})

const ratioTo =
  (peer: string) =>
  (samples: Readonly<Record<string, Sample>>): number =>
    (samples['tillwatch']?.['per_second'] ?? Number.NaN) / (samples[peer]?.['per_second'] ?? Number.NaN)

/** Durable deliveries per second, against an empty POST and against the peer that stores the object inside the request. */
export const openWebhooksBench = async (stores: BenchStores, small: boolean): Promise<Bench> => {
  const syncUrl = await stores.createDatabase('sync_engine')
  await migrateSyncEngine(syncUrl)
  const load: Load = await startWorkerProcess(new URL('load.ts', import.meta.url))
  const ours = await startServer(stores, 'tillwatch', stores.appUrl)
  const empty = await startServer(stores, 'empty', stores.appUrl)
  const sync = await startServer(stores, 'syncEngine', syncUrl)
  const db = openDatabase(stores.appUrl, 1)
  const stage = { stores, load, seconds: small ? SECONDS.small : SECONDS.full }
  return {
    name: 'webhooks',
    about: [
      `${CONNECTIONS} connections, ${stage.seconds} s a run. Server, load (autocannon) and PostgreSQL are processes of their own.`,
      'The gateway runs without the worker: applying events is not measured here.',
    ],
    sides: [tillwatchSide(stage, ours, db), emptySide(stage, empty), syncSide(stage, sync, syncUrl)],
    goals: [
      { name: 'tillwatch / empty POST', unit: 'x', goal: 0.4, sense: 'at_least', value: ratioTo('empty') },
      {
        name: 'tillwatch / stripe-sync-engine',
        unit: 'x',
        goal: 4,
        sense: 'at_least',
        value: ratioTo('stripe-sync-engine'),
      },
    ],
    memoryMb: async () => ({
      'gateway process': await peakMemoryMb(ours.pid),
      'load process': await peakMemoryMb(load.pid),
    }),
    close: async () => {
      await load.stop()
      await Promise.all([ours.stop(), empty.stop(), sync.stop()])
      await db.close()
    },
  }
}
