import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openClickHouse, type ClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { startClickHouse, type EmbeddedClickHouse } from '#core/engines/clickhouse.ts'
import { openDatabase } from '#core/postgres/db.ts'
import type { Deps } from '#core/service.ts'
import { parseShop } from '#core/shop.ts'
import { createEngine, type Engine } from '../../alerting/engine/engine.ts'
import { evaluateOnce } from '../../alerting/engine/evaluate-once.ts'
import { ENGINE_PARTS } from '../../alerting/main.ts'
import { openBenchDeps } from '../lib/bench-deps.ts'
import type { BenchStores } from '../lib/bench-stores.ts'
import { CouldNot } from '../lib/could-not.ts'
import { peakMemoryMb } from '../lib/machine-facts.ts'
import type { Bench, Goal, Side } from '../lib/report.ts'
import type { BenchOptions } from '../lib/run-bench.ts'
import { ascending, median, percentile } from '../lib/stats.ts'
import { fillBooks } from './fill-books.ts'
import { fillEvents, type Span } from './generate-events.ts'

/** Evaluations of one run; the first of a bench is warm-up and is thrown away. */
const EVALUATIONS = 20

const SHOP = parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: bakery, name: Bakery, zone: Europe/London }, { id: cafe, name: Café, zone: Europe/London }]
tills:
${['bakery', 'cafe'].flatMap((store) => [1, 2, 3].map((n) => `  - { id: ${store}-till-${n}, store: ${store}, name: Till ${n} }`)).join('\n')}
`)

/** A demo shop's month, and a large chain's year. Payments of Postgres are a month of either. */
const SIZES = {
  full: { month: 240_000, large: 100_000_000, payments: 60_000, evaluations: EVALUATIONS },
  small: { month: 4_000, large: 20_000, payments: 500, evaluations: 2 },
}
const DAYS = { month: 30, large: 365 }

interface Filled {
  readonly server: EmbeddedClickHouse
  readonly clickhouse: ClickHouse
  readonly diskMb: number
}

const countRows = `SELECT count() AS events, (SELECT round(sum(bytes_on_disk) / 1e6, 1) FROM system.parts
  WHERE active AND table = 'payment_events_raw_v1') AS disk_mb FROM payment_events_raw_v1`

type Closing = (() => Promise<void>)[]

const fill = async (
  folder: string,
  span: Span,
  say: (line: string) => void,
  closing: Closing,
): Promise<Filled> => {
  const password = randomBytes(12).toString('hex')
  const server = await startClickHouse({ dataDir: join(folder, `clickhouse-${span.events}`), password })
  const clickhouse = openClickHouse(server.url)
  closing.push(async () => {
    await clickhouse.close()
    await server.stop()
  })
  await migrateClickHouse(clickhouse, span.until)
  const begun = Date.now()
  for (const statement of fillEvents(span)) await clickhouse.command(statement)
  const [row] = await clickhouse.rows<{ events: string; disk_mb: number }>(countRows)
  if (Number(row?.events) !== span.events) throw new Error(`${row?.events} events instead of ${span.events}`)
  const seconds = Math.round((Date.now() - begun) / 1_000)
  say(
    `${span.events} events over ${span.days} days written in ${seconds} s, ${row?.disk_mb ?? '?'} MB on disk`,
  )
  return { server, clickhouse, diskMb: row?.disk_mb ?? 0 }
}

/** Evaluates until this process leads; a lease of nobody is taken after its time. */
const lead = async (engine: Engine): Promise<void> => {
  for (let turns = 0; turns < 100; turns += 1) {
    if ((await evaluateOnce(engine)).did === 'evaluated') return
    await engine.deps.env.machine.sleep(500)
  }
  throw new Error('the engine does not lead')
}

/** Times whole evaluations: ask, judge, decide, commit. Figures of rules that could not ask mean nothing. */
const evaluateTimes = async (engine: Engine, count: number): Promise<number[]> => {
  await lead(engine)
  const times: number[] = []
  for (let n = 0; n < count; n += 1) {
    const begun = performance.now()
    const tick = await evaluateOnce(engine)
    if (tick.did !== 'evaluated') throw new Error('another engine leads')
    times.push(performance.now() - begun)
    const away = tick.blind.filter((rule) => !/^(?:Stripe|Dependency|WebhookEndpoint)/.test(rule))
    if (away.length > 0) throw new CouldNot(`rules could not ask: ${away.join(', ')}`)
  }
  return times
}

const side = (name: string, deps: Deps, filled: Filled, span: Span, count: number): Side => {
  const engine = createEngine({ ...deps, clickhouse: filled.clickhouse, shop: SHOP }, ENGINE_PARTS)
  return {
    name,
    what:
      `one evaluation of all ${ENGINE_PARTS.catalogue.length} rules, commit included, over ${span.events} events of ` +
      `${span.days} days in ClickHouse`,
    units: { median_ms: 'ms', p95_ms: 'ms', disk_mb: 'MB' },
    run: async () => {
      const times = ascending(await evaluateTimes(engine, count))
      return { median_ms: median(times), p95_ms: percentile(times, 0.95), disk_mb: filled.diskMb }
    },
  }
}

const atMost = (name: string, of: string, goal: number): Goal => ({
  name,
  unit: 'ms',
  goal,
  sense: 'at_most',
  value: (samples) => samples[of]?.['median_ms'] ?? Number.NaN,
})

/** What an evaluation of the whole catalogue costs, over a demo shop's month and over a hundred million events. */
export const openAlertsBench = async (
  stores: BenchStores,
  small: boolean,
  { events, say = () => undefined }: BenchOptions = {},
): Promise<Bench> => {
  const size = small ? SIZES.small : SIZES.full
  const until = new Date(Date.now())
  const month: Span = { events: size.month, days: DAYS.month, until }
  const large: Span = { events: events ?? size.large, days: DAYS.large, until }
  const { deps, close } = await openBenchDeps({
    appUrl: stores.appUrl,
    folder: stores.folder,
    name: 'alerts',
    shop: SHOP,
  })
  const closing: Closing = [close]
  const closeAll = async () => {
    for (const end of closing.toReversed()) await end()
  }
  const owner = openDatabase(stores.ownerUrl, 1)
  const filled = await fillBooks(owner, size.payments, DAYS.month, until)
    .finally(async () => owner.close())
    .then(
      async () =>
        [
          await fill(stores.folder, month, say, closing),
          await fill(stores.folder, large, say, closing),
        ] as const,
    )
    .catch(async (error: unknown) => {
      await closeAll()
      throw error
    })
  return {
    name: 'alerts',
    about: [
      `${size.evaluations} evaluations a run, one after the other. PostgreSQL holds a month of ${size.payments} payments and their`,
      `${size.payments * 3} webhooks on both sides; ClickHouse is a process of its own per side. Nothing listens at Stripe.`,
    ],
    sides: [
      side('a month', deps, filled[0], month, size.evaluations),
      side('large', deps, filled[1], large, size.evaluations),
    ],
    goals: [
      atMost('evaluation over a month', 'a month', 200),
      atMost(`evaluation over ${large.events} events`, 'large', 1_000),
    ],
    memoryMb: async () => ({
      'alerting process': await peakMemoryMb(process.pid),
      'ClickHouse, a month': await peakMemoryMb(filled[0].server.pid),
      'ClickHouse, large': await peakMemoryMb(filled[1].server.pid),
    }),
    close: closeAll,
  }
}
