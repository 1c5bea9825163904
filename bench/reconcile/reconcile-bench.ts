import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Dates } from '../../reconciler/full/sides.ts'
import { compareSides, type Comparison } from '../../reconciler/full/two-passes.ts'
import type { BenchStores } from '../lib/bench-stores.ts'
import { peakMemoryMb } from '../lib/machine-facts.ts'
import type { Bench, Goal, Side } from '../lib/report.ts'
import type { BenchOptions } from '../lib/run-bench.ts'
import { startWorkerProcess } from '../lib/worker-process.ts'
import { fillClickHouse, scan, type DatabaseName, type Filled } from './clickhouse-sides.ts'
import type { DuckAnswer, DuckOrder } from './duckdb-worker.ts'
import { EXPECTED, ONE_DATE, type PlantedKey } from './generate.ts'
import type { PeerRow } from './peer-join.ts'
import { loadPostgres } from './postgres-peer.ts'

const ROWS = { full: 10_000_000, small: 20_000 }
const LISTED_MAX = 50_000
const PEERS = ['duckdb', 'postgres'] as const
/** A peer's join takes so long that fewer rounds of it must do. */
const PEER_ROUNDS = 3

const timed = async (work: () => Promise<void>): Promise<{ seconds: number }> => {
  const startedMs = performance.now()
  await work()
  return { seconds: (performance.now() - startedMs) / 1000 }
}

const lineOf = (key: string, kind: string, columns: string): string => `${key} ${kind} ${columns}`

/** Figures of a comparison that found something else than was planted mean nothing. */
const demand = (found: readonly string[], planted: readonly string[], who: string): void => {
  const [ours, theirs] = [new Set(found), new Set(planted)]
  const wrong = [...ours].filter((line) => !theirs.has(line))
  const missed = [...theirs].filter((line) => !ours.has(line))
  if (found.length === planted.length && wrong.length === 0 && missed.length === 0) return
  const some = JSON.stringify({ wrong: wrong.slice(0, 3), missed: missed.slice(0, 3) })
  throw new Error(`${who} found ${found.length} keys, ${planted.length} were planted: ${some}`)
}

const plantedLines = (planted: readonly PlantedKey[]): string[] =>
  planted.map(({ key, planted: what }) => lineOf(key, EXPECTED[what].kind, EXPECTED[what].columns))

const linesOf = ({ differences }: Comparison): string[] =>
  differences.map(({ key, kind, columns }) => lineOf(key, kind, columns.join()))

interface Compared {
  readonly name: string
  readonly what: string
  readonly database: DatabaseName
  readonly date?: string
  readonly recompute?: boolean
}

/** The product's comparison of one database; every round is checked against what was planted. */
const compareSide = (filled: Filled, { name, what, database, date, recompute = false }: Compared): Side => {
  const dates: Dates | null = date === undefined ? null : { from: date, to: date }
  const planted = filled.planted[database].filter((key) => date === undefined || key.date === date)
  return {
    name,
    what,
    units: { seconds: 's' },
    run: async () => {
      let compared: Comparison | undefined
      const took = await timed(async () => {
        compared = await compareSides(filled.of[database], { dates, recompute }, LISTED_MAX)
      })
      demand(compared ? linesOf(compared) : [], plantedLines(planted), name)
      return took
    },
  }
}

const scanSide = (filled: Filled, name: string, database: DatabaseName): Side => ({
  name,
  what: 'hash of all compared columns of both sides, once',
  units: { seconds: 's' },
  run: async () => timed(async () => scan(filled.of[database])),
})

/** What a full join can find: everything but the duplicates. */
const peerPlanted = (filled: Filled): string[] =>
  plantedLines(filled.planted.differing.filter(({ planted }) => planted !== 'duplicate'))

const peerLines = (rows: readonly PeerRow[]): string[] =>
  rows.map(({ key, kind, columns }) => lineOf(key, kind, columns))

interface Peer {
  readonly side: Side
  readonly name: string
  memoryMb(): Promise<number | null>
  close(): Promise<void>
}

const openDuckDb = async (filled: Filled, folder: string, rounds: number): Promise<Peer> => {
  const [stripe, ledger] = [join(folder, 'stripe.parquet'), join(folder, 'ledger.parquet')]
  await filled.exportSide('stripe', stripe, 'Parquet')
  await filled.exportSide('ledger', ledger, 'Parquet')
  const worker = await startWorkerProcess<DuckOrder, DuckAnswer>(new URL('duckdb-worker.ts', import.meta.url))
  await worker.ask({ load: { database: join(folder, 'peer.duckdb'), stripe, ledger } })
  await Promise.all([rm(stripe), rm(ledger)])
  return {
    name: 'DuckDB process',
    side: {
      name: 'duckdb',
      what: 'DuckDB, tables of its own, full join of the same rows by key, differences listed; no duplicates',
      units: { seconds: 's' },
      rounds,
      run: async () => {
        const { seconds, rows } = await worker.ask({ join: true })
        demand(peerLines(rows), peerPlanted(filled), 'DuckDB')
        return { seconds }
      },
    },
    memoryMb: async () => peakMemoryMb(worker.pid),
    close: async () => worker.stop(),
  }
}

const openPostgres = async (filled: Filled, folder: string, rounds: number): Promise<Peer> => {
  const [stripe, ledger] = [join(folder, 'stripe.csv'), join(folder, 'ledger.csv')]
  await filled.exportSide('stripe', stripe, 'CSV')
  await filled.exportSide('ledger', ledger, 'CSV')
  const peer = await loadPostgres(folder, { stripe, ledger })
  await Promise.all([rm(stripe), rm(ledger)])
  return {
    name: 'PostgreSQL session',
    side: {
      name: 'postgres',
      what: 'PostgreSQL 18, unlogged and analysed, work_mem 2 GB, 2 workers, full join of the same rows; no duplicates',
      units: { seconds: 's' },
      rounds,
      run: async () => {
        const { seconds, rows } = await peer.join()
        demand(peerLines(rows), peerPlanted(filled), 'PostgreSQL')
        return { seconds }
      },
    },
    memoryMb: peer.memoryMb,
    close: peer.close,
  }
}

const OPEN_PEER = { duckdb: openDuckDb, postgres: openPostgres } as const

const ratio = (
  name: string,
  goal: number,
  sense: Goal['sense'],
  [side, of]: readonly [string, string],
): Goal => ({
  name,
  unit: 'x',
  goal,
  sense,
  value: (samples) => (samples[side]?.['seconds'] ?? Number.NaN) / (samples[of]?.['seconds'] ?? Number.NaN),
})

const goalsOf = (peers: readonly string[]): Goal[] => [
  ratio('full / scan', 1.2, 'at_most', ['full', 'scan']),
  ratio('full with nothing differing / scan', 0.5, 'at_most', ['full, equal', 'scan, equal']),
  ratio('one date / full', 0.1, 'at_most', ['one date', 'full']),
  ...(peers.includes('duckdb') ? [ratio('duckdb / full', 5, 'at_least', ['duckdb', 'full'])] : []),
  ...(peers.includes('postgres') ? [ratio('postgres / full', 20, 'at_least', ['postgres', 'full'])] : []),
]

const sidesOf = (filled: Filled, rows: number): Side[] => [
  scanSide(filled, 'scan', 'differing'),
  compareSide(filled, {
    name: 'full',
    what: `the product's comparison of ${rows} rows a side, 0.1 % differing, all listed`,
    database: 'differing',
  }),
  scanSide(filled, 'scan, equal', 'equal'),
  compareSide(filled, { name: 'full, equal', what: 'the same when nothing differs', database: 'equal' }),
  compareSide(filled, {
    name: 'one date',
    what: `the same as full on one date of 731 (${ONE_DATE})`,
    database: 'differing',
    date: ONE_DATE,
  }),
  compareSide(filled, {
    name: 'full, recomputed',
    what: 'the same as full, every hash made anew from its columns',
    database: 'differing',
    recompute: true,
  }),
  scanSide(filled, 'scan, a tenth', 'tenth'),
  compareSide(filled, {
    name: 'full, a tenth',
    what: 'the same as full on a tenth of the rows',
    database: 'tenth',
  }),
]

/** The product's comparison over all time, against a scan of the same columns and against two databases' full joins. */
export const openReconcileBench = async (
  stores: BenchStores,
  small: boolean,
  { rows: asked, peers = PEERS, say = () => undefined }: BenchOptions = {},
): Promise<Bench> => {
  const rows = asked ?? (small ? ROWS.small : ROWS.full)
  const filled = await fillClickHouse(stores.folder, rows, say)
  const opened: Peer[] = []
  const close = async () => {
    for (const peer of opened) await peer.close()
    await filled.close()
  }
  try {
    for (const name of PEERS.filter((peer) => peers.includes(peer))) {
      const took = await timed(async () => {
        opened.push(await OPEN_PEER[name](filled, stores.folder, PEER_ROUNDS))
      })
      say(`loaded ${name} in ${Math.round(took.seconds)} s`)
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    name: 'reconcile',
    about: [
      `${rows} movements against ${rows} balance transactions over two years in the product's own tables, three currencies;`,
      'one in a thousand differs: missing on either side, amount, fee, currency, twice. Each round finds exactly those.',
    ],
    sides: [...sidesOf(filled, rows), ...opened.map(({ side }) => side)],
    goals: goalsOf(peers),
    prepare: async () => {
      for (const name of ['differing', 'equal', 'tenth'] as const) {
        await scan(filled.of[name])
        await compareSides(filled.of[name], { dates: null, recompute: false }, LISTED_MAX)
      }
    },
    memoryMb: async () => {
      const entries = opened.map(async (peer) => [peer.name, await peer.memoryMb()] as const)
      return {
        'ClickHouse child': await peakMemoryMb(filled.pid),
        ...Object.fromEntries(await Promise.all(entries)),
      }
    },
    close,
  }
}
