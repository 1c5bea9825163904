import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { compare, type Comparison } from './compare.ts'
import { drawFrom, type Draw } from './draw.ts'
import { plantAtDue, sellAtDue, type Last } from './due-times.ts'
import { NEAR_MISSES } from './near-misses.ts'
import { FACTS, plant } from './plant.ts'
import { reconcile, type Found } from './reconcile.ts'
import { edit, type Planted } from './stripe-hand.ts'
import { SETTLED, trade, type Sold } from './trade.ts'
import { readVictims, type Victims } from './victims.ts'
import { openWorld, type World } from './world.ts'

/** What a seed showed. Everything in it is compared with the expectations only, never with the platform's own words. */
export interface Proof {
  readonly seed: number
  /** `odd`: sales that only look wrong, each in its way; all must be silent too. */
  readonly traded: {
    readonly from: string
    readonly sales: number
    readonly odd: number
    readonly rows: number
  }
  /** Before any edit: nothing may be open. */
  readonly before: readonly string[]
  /** All edits, then drifts of the balance, then what is due to the second. */
  readonly stages: readonly { readonly name: string; readonly comparison: Comparison }[]
  /** What a second run did after each stage. */
  readonly repeated: readonly {
    readonly opened: number
    readonly posted: number
    readonly versions: number
  }[]
  /** After all was put back: what is still open or not clean. */
  readonly after: readonly string[]
  readonly seconds: number
}

const DAY_MS = 86_400_000
const DAYS = 15
/** Days after the first on which the last date is reconciled. */
const LAST_DAY = 23
/** Mondays in winter, when London's dates are those of UTC. */
const MONDAYS = ['2026-01-12', '2026-02-02', '2026-02-16', '2025-11-10']
const RATES = { chf: { gbp: '0.8873' }, jpy: { gbp: '0.00512' } }

const dateOf = (at: Date): string => at.toISOString().slice(0, 10)

const troublesOf = ({ open, notClean }: Found): string[] => [
  ...open.map(({ category, object }) => `${category} ${object}`),
  ...notClean,
]

interface Stage {
  readonly world: World
  readonly run: () => Promise<Found>
  /** The last date that its runs reconcile: a drift is first seen on it. */
  readonly lastDate: string
  readonly stages: { name: string; comparison: Comparison }[]
  readonly repeated: Proof['repeated'][number][]
}

/** Reconciles twice: what was planted is found, and the second time nothing happens. */
const show = async ({ run, stages, repeated }: Stage, name: string, planted: readonly Planted[]) => {
  const first = await run()
  stages.push({ name, comparison: compare(planted, first.open) })
  const second = await run()
  const versions = second.versions - first.versions
  repeated.push({ opened: second.opened, posted: second.posted, versions })
}

const undoAll = async (planted: readonly Planted[]): Promise<void> => {
  for (const { undo } of planted.toReversed()) await undo()
}

/** Three nights with a balance that drifts in every currency; in each, two drifts that vanish in the sum of all. */
const driftThrice = async (stage: Stage, draw: Draw): Promise<string[]> => {
  const troubles: string[] = []
  for (const night of [1, 2, 3]) {
    const amount = draw.whole(5, 900)
    const planted: Planted[] = []
    for (const [index, currency] of draw.shuffled(SETTLED).entries()) {
      const by = index === 0 ? amount : index === 1 ? -amount : draw.pick([1, -1]) * draw.whole(1, 99)
      const { undo } = await edit(stage.world, { op: 'drift', currency, by })
      const was = { currency, amount: 0, fee: 0 }
      const facts = {
        object: `balance:${currency}:${stage.lastDate}`,
        row: '',
        currency,
        amount: by,
        fee: 0,
        was,
      }
      planted.push({ kind: 'drifted balance', facts, undo })
    }
    await show(stage, `balance ${night}`, planted)
    await undoAll(planted)
    troubles.push(...troublesOf(await stage.run()))
  }
  return troubles
}

/** Trades to the last instant; `before` is what a run shows just before that. */
const live = async (world: World, draw: Draw, monday: Date) => {
  const at = (day: number, hour: number) => new Date(monday.getTime() + day * DAY_MS + hour * 3_600_000)
  const lastDate = dateOf(at(LAST_DAY, 0))
  const run = async () => reconcile(world, dateOf(monday), lastDate)
  const sold: Sold[] = await trade(world, draw, monday, DAYS)
  const before: string[] = []
  // Its last date is not over, which is no trouble.
  const look = async () =>
    void before.push(...troublesOf(await run()).filter((trouble) => !trouble.endsWith(' open')))
  const last = await sellAtDue(world, draw, at, look)
  return { sold, last, before, run, lastDate }
}

/** All edits, just before what is due; then, when they are undone, the due moment and the second after it. */
const plantAll = async (stage: Stage, draw: Draw, victims: Victims, last: Last): Promise<string[]> => {
  const { world } = stage
  const first = last.soldAt.getTime() - 23 * DAY_MS
  const anyTime = () => Math.floor(first / 1_000) + draw.whole(0, 13 * 86_400)
  const hands = { world, draw, victims, anyTime }
  const due = await plantAtDue(world, last)
  const facts = await plant(hands, FACTS)
  const nearMisses = await plant(hands, NEAR_MISSES)
  await world.moveTo(new Date(last.dueAt.getTime() - 1_000))
  await show(stage, 'all edits, one second before the due time', [...facts, ...nearMisses, ...due.inside])
  await undoAll([...facts, ...nearMisses])
  const after = troublesOf(await stage.run())
  await world.moveTo(last.dueAt)
  await show(stage, 'at the due time', due.atIt)
  await world.moveTo(new Date(last.dueAt.getTime() + 1_000))
  await show(stage, 'one second after the due time', due.afterIt)
  await undoAll(due.inside)
  return [...after, ...troublesOf(await stage.run())]
}

/** What the platform logged as its own failure: the folder is gone when somebody wants to look. */
const readErrors = async (data: string): Promise<string[]> => {
  const folder = join(data, 'logs')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.log'))
  const texts = await Promise.all(files.map(async (name) => readFile(join(folder, name), 'utf8')))
  return [...new Set(texts.flatMap((text) => text.split('\n')))].filter((line) => line.includes('"ERROR"'))
}

/** Trades, plants, reconciles, undoes; with every draw from `seed`. `doubts` are switches of the sandbox. */
export const prove = async (
  seed: number,
  data: string,
  doubts: object,
  say: (line: string) => void,
): Promise<Proof> => {
  const begun = process.uptime()
  const draw = drawFrom(seed)
  const monday = new Date(`${MONDAYS[seed % MONDAYS.length]}T00:00:00Z`)
  const world = await openWorld(data, new Date(monday.getTime() + 6 * 3_600_000), doubts)
  try {
    await world.control('POST', '/account', { settlement_currencies: SETTLED, rates: RATES })
    const { sold, last, before, run, lastDate } = await live(world, draw, monday)
    say(
      `seed ${seed}: ${sold.length} sales from ${dateOf(monday)} on; ${before.length} exceptions before any edit`,
    )
    const stage: Stage = { world, run, lastDate, stages: [], repeated: [] }
    const after = await plantAll(stage, draw, await readVictims(world, sold, draw, last.soldAt), last)
    after.push(...(await driftThrice(stage, draw)))
    const { rows } = await world.owner.query<{ n: number }>(
      'SELECT count(*)::integer AS n FROM balance_transactions WHERE version = 1',
    )
    return {
      seed,
      traded: {
        from: dateOf(monday),
        sales: sold.length,
        odd: sold.filter(({ shape }) => shape !== 'plain').length,
        rows: rows[0]?.n ?? 0,
      },
      before,
      ...{ stages: stage.stages, repeated: stage.repeated, after },
      seconds: Math.round(process.uptime() - begun),
    }
  } catch (error) {
    for (const line of await readErrors(data)) say(line)
    throw error
  } finally {
    await world.close()
  }
}
