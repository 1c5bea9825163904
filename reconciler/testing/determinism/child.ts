/** Does the nights of a month from the one that stands in a file on, and dies at a place when one is given. */
import { readFile, writeFile } from 'node:fs/promises'
import { endOfBusinessDate } from '#core/business-date.ts'
import { createNightlySchedule } from '../../nightly.ts'
import { createRunWorker, repairAtStart } from '../../work-runs.ts'
import { openDeps } from './deps.ts'
import { applySubmitted } from './ledger.ts'
import type { Plan } from './plan.ts'
import { armed, type Place } from './steps.ts'

/** What a child is told, as JSON in its first argument. */
export interface ChildOrder {
  readonly appUrl: string
  readonly stripeUrl: string
  readonly planFile: string
  readonly nightFile: string
  readonly chainFile: string
  readonly pageSize: number
  readonly seed: number
  readonly place: Place | null
}

const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder
const plan = JSON.parse(await readFile(order.planFile, 'utf8')) as Plan
const night = Number(await readFile(order.nightFile, 'utf8').catch(() => '0'))
const plain = openDeps(order.appUrl, order.stripeUrl, order.chainFile, new Date(plan.start))
const db = order.place === null ? plain.db : armed(order.place, plain.db, plain.stripe)
const deps = { ...plain, db }
applySubmitted(plain, plan, order.seed)
const stopping = new AbortController()
const worker = createRunWorker(deps, order.pageSize, stopping.signal)
const schedule = createNightlySchedule(deps)
const at = (date: string): Date => new Date(endOfBusinessDate(date, plan.zone).getTime() + 7_260_000)
const atNight = (index: number): Date => at(plan.dates[index] ?? '')
plain.moveTo(atNight(Math.min(night, plan.dates.length - 1)))
await repairAtStart(deps)
for (let index = night; index < plan.dates.length; index += 1) {
  await writeFile(order.nightFile, String(index))
  plain.moveTo(atNight(index))
  await schedule.enqueueDue(atNight(index))
  while ((await worker.countOpen()) > 0) await worker.work()
}
await db.close()
