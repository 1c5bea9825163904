/** Does the nights of a month from the one that stands in a file on, and dies at a place when one is given. */
import { readFile, writeFile } from 'node:fs/promises'
import { endOfBusinessDate } from '#core/business-date.ts'
import { createNightlySchedule } from '../../nightly.ts'
import { createRunWorker, repairAtStart } from '../../work-runs.ts'
import { arrive, lateArrivals } from './arrivals.ts'
import { applyEdits } from './edits.ts'
import { openDeps } from './deps.ts'
import { applySubmitted } from './ledger.ts'
import type { Plan } from './plan.ts'
import { armed, type Kill } from './steps.ts'

/** What a child is told, as JSON in its first argument. */
export interface ChildOrder {
  readonly appUrl: string
  readonly stripeUrl: string
  readonly planFile: string
  readonly nightFile: string
  readonly chainFile: string
  readonly pageSize: number
  readonly seed: number
  /** Draws what is told late; nothing is when null. */
  readonly lateSeed: number | null
  readonly kill: Kill | null
}

const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder
const plan = JSON.parse(await readFile(order.planFile, 'utf8')) as Plan
const night = Number(await readFile(order.nightFile, 'utf8').catch(() => '0'))
const plain = openDeps(order.appUrl, order.stripeUrl, order.chainFile, new Date(plan.start))
const late = lateArrivals(plan, order.lateSeed)
let now = night
const { kill } = order
const db = kill === null ? plain.db : armed(kill.place, plain.db, plain.stripe, () => now >= kill.fromNight)
const deps = { ...plain, db }
applySubmitted(plain, plan, order.seed)
const stopping = new AbortController()
/** One night is killed at most of the places, which a platform would give up. */
const TAKE_UPS_MAX = 100
const worker = createRunWorker(deps, order.pageSize, stopping.signal, TAKE_UPS_MAX)
const schedule = createNightlySchedule(deps)
const at = (date: string): Date => new Date(endOfBusinessDate(date, plan.zone).getTime() + 7_260_000)
const atNight = (index: number): Date => at(plan.dates[index] ?? '')
plain.moveTo(atNight(Math.min(night, plan.dates.length - 1)))
await repairAtStart(deps)
for (let index = night; index < plan.dates.length; index += 1) {
  await writeFile(order.nightFile, String(index))
  now = index
  await arrive(plain, plan, late, index)
  await applyEdits(order.stripeUrl, plan, index)
  plain.moveTo(atNight(index))
  await schedule.enqueueDue(atNight(index))
  while ((await worker.countOpen()) > 0) await worker.work()
}
await db.close()
