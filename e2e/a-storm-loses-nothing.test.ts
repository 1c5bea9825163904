import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { findLosses } from './storm/find-losses.ts'
import { runStorm, type StormReport } from './storm/storm.ts'

/** Three dates of a till under the sandbox's default faults, with kills of the platform while money calls are open. */
const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))
const KILLS = 4
const folder = await makeTempFolder()
let report: StormReport

beforeAll(async () => {
  report = await runStorm({
    tickets: fixture('storm-tickets.csv'),
    prices: fixture('prices.csv'),
    data: join(folder.path, 'data'),
    faults: 'default',
    seed: 7,
    kills: KILLS,
    say: () => undefined,
  })
}, 600_000)

afterAll(() => folder.remove())

test('each kill hit a money call that was open', () => {
  expect(report.kills).toHaveLength(KILLS)
  for (const open of report.kills) expect(open.length).toBeGreaterThan(0)
})

test('Stripe failed, and deliveries were lost', () => {
  expect(Object.keys(report.facts.faults).length).toBeGreaterThan(4)
})

test('the till, Stripe and the files count the same, and nothing was lost or paid twice', () => {
  // By awk over the two files.
  expect(report.expected).toEqual({
    tickets: 120,
    card: { count: 84, amount: 48_935 },
    cash: { count: 36, amount: 20_660 },
  })
  expect(findLosses(report)).toEqual([])
})
