import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { spawnChild } from '#core/engines/child.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { createTempDatabase } from '#core/testing/temp-postgres.ts'
import { makeMonth, type Ticket } from './make-month.ts'
import { randomOf } from './plan.ts'
import { runVariant, tableOf, type Ground, type Outcome } from './run-variant.ts'
import { judge, KILLED, killsOf, LATE, READINGS } from './variants.ts'

const DAYS = 7
const PER_DAY = 14

let ground: Ground
let stop: () => Promise<void>

/** A week of a shop, its amounts drawn from a seed. */
const ticketsOf = (seed: number): Ticket[] => {
  const random = randomOf(seed)
  return Array.from({ length: DAYS * PER_DAY }, (_, at) => {
    const day = String(Math.floor(at / PER_DAY) + 2).padStart(2, '0')
    const minute = String(at % PER_DAY).padStart(2, '0')
    return { at: `2026-03-${day}T10:${minute}:00.000Z`, amount: 200 + Math.floor(random() * 3_000) }
  })
}

beforeAll(async () => {
  const folder = await makeTempFolder()
  const child = await spawnChild({
    name: 'Stripe sandbox',
    entry: new URL('../../../sandbox/main.ts', import.meta.url),
    args: ['--data', join(folder.path, 'sandbox'), '--clock-start', '2026-03-02T00:00:00.000Z'],
  })
  const stripeUrl = `http://127.0.0.1:${child.port}`
  const plan = await makeMonth(stripeUrl, ticketsOf(4), '2026-03-15T12:00:00.000Z')
  const planFile = join(folder.path, 'plan.json')
  await writeFile(planFile, JSON.stringify(plan))
  ground = { stripeUrl, plan, planFile, folder: folder.path, newDatabase: createTempDatabase }
  stop = async () => {
    await child.stop()
    await folder.remove()
  }
})

afterAll(async () => {
  await stop()
})

test('page sizes, orders and nights of arrival, and a kill at every place give the same certificates', async () => {
  const outcomes: Outcome[] = []
  const some = [READINGS[0], READINGS[2], KILLED[0], LATE[0]].filter((one) => one !== undefined)
  for (const variant of some) outcomes.push(await runVariant(ground, variant))
  process.stdout.write(`${tableOf(outcomes)}\n${killsOf(outcomes)}\n`)
  const [first] = outcomes
  expect(first?.certificates.length).toBeGreaterThanOrEqual(ground.plan.dates.length)
  expect(first?.exceptions).toBeGreaterThan(0)
  expect(ground.plan.edits.length).toBeGreaterThanOrEqual(4)
  expect(judge(outcomes)).toEqual([])
}, 600_000)
