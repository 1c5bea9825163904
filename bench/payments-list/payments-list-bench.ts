import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { createToken } from '#core/access/tokens.ts'
import { spawnChild } from '#core/engines/child.ts'
import { openBenchDeps } from '../lib/bench-deps.ts'
import type { BenchStores } from '../lib/bench-stores.ts'
import { peakMemoryMb } from '../lib/machine-facts.ts'
import type { Bench, Goal, Sample, Side } from '../lib/report.ts'
import type { BenchOptions } from '../lib/run-bench.ts'
import { ascending, percentile } from '../lib/stats.ts'
import { COUNTS, questionsOf, type Question } from './questions.ts'
import { seedPayments } from './seed.ts'

const ROWS = { full: 1_000_000, small: 20_000 }
const ASKED = { full: 200, small: 5 }
const COUNTED = { full: 20, small: 2 }
const GOAL_MS = 50

const timesOf = async (times: number, work: () => Promise<unknown>): Promise<number[]> => {
  const took: number[] = []
  for (let n = 0; n < times; n += 1) {
    const startedMs = performance.now()
    await work()
    took.push(performance.now() - startedMs)
  }
  return ascending(took)
}

/** GET over the real door, the body read and parsed as a page does. */
const openDoor = (port: number, token: string) => async (path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}/payments/api${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const body = (await response.json()) as { next_cursor?: string | null }
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(body)}`)
  return body
}

type Ask = ReturnType<typeof openDoor>

const sideOf = (
  question: Question,
  times: number,
  path: string,
  ask: Ask,
  bare: () => Promise<unknown>,
): Side => ({
  name: question.name,
  what: `GET ${path}, one at a time; beside it the same rows by hand-written SQL on one connection`,
  units: { p50_ms: 'ms', p95_ms: 'ms', sql_p50_ms: 'ms', ratio: 'times the SQL' },
  run: async () => {
    const door = await timesOf(times, async () => ask(path))
    const sql = await timesOf(times, bare)
    return {
      p50_ms: percentile(door, 0.5),
      p95_ms: percentile(door, 0.95),
      sql_p50_ms: percentile(sql, 0.5),
      ratio: percentile(door, 0.5) / percentile(sql, 0.5),
    }
  },
})

const goalOf = (name: string): Goal => ({
  name: `${name}, p95`,
  unit: 'ms',
  goal: GOAL_MS,
  sense: 'at_most',
  value: (samples: Readonly<Record<string, Sample>>) => samples[name]?.['p95_ms'] ?? Number.NaN,
})

const makeToken = async (stores: BenchStores): Promise<string> => {
  const { deps, close } = await openBenchDeps({
    appUrl: stores.appUrl,
    folder: stores.folder,
    name: 'set-up',
  })
  const { token } = await createToken(deps.env, deps.db, { name: 'bench', role: 'manager', tillId: null })
  await close()
  return token
}

/** The cursor of page 50, found as a page finds it: by going there. */
const goToPage50 = async (ask: Ask): Promise<string> => {
  let cursor = ''
  for (let page = 1; page < 50; page += 1) {
    const body = await ask(`/payments?limit=50${cursor === '' ? '' : `&cursor=${cursor}`}`)
    cursor = body.next_cursor ?? cursor
  }
  return cursor
}

/** How fast the list of payments answers over a million of them. */
export const openPaymentsListBench = async (
  stores: BenchStores,
  small: boolean,
  options: BenchOptions = {},
): Promise<Bench> => {
  const size = small ? 'small' : 'full'
  const count = options.rows ?? ROWS[size]
  const token = await makeToken(stores)
  options.say?.(`seeding ${count} payments`)
  await seedPayments(stores.ownerUrl, count)
  const gateway = await spawnChild({
    name: 'bench gateway',
    entry: new URL('../gateway/server.ts', import.meta.url),
    args: ['--url', stores.appUrl, '--folder', stores.folder],
  })
  const client = new pg.Client({
    connectionString: stores.appUrl,
    options: '-c timezone=UTC -c random_page_cost=1.1',
  })
  await client.connect()
  const ask = openDoor(gateway.port, token)
  const cursor = await goToPage50(ask)
  const after = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { at: string; id: string }
  const lists = questionsOf(cursor, after)
  const listSides = lists.map((question) =>
    sideOf(question, ASKED[size], `/payments?limit=50&${question.query}`, ask, async () =>
      client.query(`SELECT * FROM payments ${question.bare}`),
    ),
  )
  const countSides = COUNTS.map((question) =>
    sideOf(question, COUNTED[size], `/payments/counts?${question.query}`, ask, async () =>
      client.query(question.bare),
    ),
  )
  return {
    name: 'payments-list',
    about: [
      `${count} payments over three years in four stores; pages of 50 through the gateway as a process of its own, a token each time.`,
      'Every question is asked again and again by one caller, so the pages that it needs are in memory.',
    ],
    sides: [...listSides, ...countSides],
    goals: lists.map(({ name }) => goalOf(name)),
    memoryMb: async () => ({ 'gateway process': await peakMemoryMb(gateway.pid) }),
    close: async () => {
      await client.end()
      await gateway.stop()
    },
  }
}
