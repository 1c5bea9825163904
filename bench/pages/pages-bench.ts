import type { Page } from 'playwright-core'
import { findBrowser } from '../../e2e/browser/kit/browser.ts'
import { openHouse, type House } from '../../e2e/browser/kit/open-house.ts'
import { ownerUrlOf } from '../../e2e/storm/database.ts'
import { CouldNot } from '../lib/could-not.ts'
import type { BenchStores } from '../lib/bench-stores.ts'
import { peakMemoryMb } from '../lib/machine-facts.ts'
import type { Bench, Goal, Side } from '../lib/report.ts'
import type { BenchOptions } from '../lib/run-bench.ts'
import { seedPayments } from '../payments-list/seed.ts'
import { scrollThrough } from './scroll.ts'
import { timeToFeedback, timeToUsable } from './usable.ts'

const ROWS = { full: 100_000, small: 1_000 }
const USABLE_MS = 1_000
const FEEDBACK_MS = 100

/** Pages as somebody of the role opens them in the morning, with nothing in the browser's cache. */
const OPENED = [
  ['login', 'nobody', '/login'],
  ['home', 'manager', '/'],
  ['till', 'cashier', '/till'],
  ['payments', 'manager', '/payments/dashboard/'],
  ['metrics', 'manager', '/payments/metrics/'],
  ['webhooks', 'oncall', '/payments/webhooks/'],
  ['alerts', 'oncall', '/alerts'],
  ['reconciliation', 'finance', '/reconciliation'],
  ['morning', 'finance', '/morning'],
  ['people', 'admin', '/admin'],
] as const

/** What is pressed on the list of payments, each from its beginning. */
const PRESSED = [
  ['a status', 'nav a[href*="status=succeeded"]'],
  ['another order', '[role="columnheader"] a'],
  ['another page', 'nav a[href="/payments/metrics/"]'],
] as const

const openedSide = (
  house: House,
  [name, role, path]: readonly [name: string, role: string, path: string],
): Side => ({
  name: `open ${name}`,
  what: `${path}, cold: a browser of its own without a cache, until the page shows what it was opened for`,
  units: { usable_ms: 'ms' },
  run: async () => {
    const visitor = role === 'nobody' ? await house.stranger() : await house.as(role)
    // Logging in has warmed this browser's cache; the session alone goes into a new one.
    const { page, context } = await house.stranger({ storageState: await visitor.context.storageState() })
    const usable = await timeToUsable(page, path)
    await Promise.all([context.close(), visitor.context.close()])
    return { usable_ms: usable }
  },
})

const onPayments = async <T>(house: House, work: (page: Page) => Promise<T>): Promise<T> => {
  const { page, context } = await house.as('manager')
  page.setDefaultTimeout(600_000)
  await page.goto('/payments/dashboard/')
  await page.locator('[data-row]').first().waitFor()
  const result = await work(page)
  await context.close()
  return result
}

const pressedSide = (house: House, [name, selector]: readonly [name: string, selector: string]): Side => ({
  name: `press ${name}`,
  what: 'a press on the list of payments, until the first painted change',
  units: { feedback_ms: 'ms' },
  run: async () => ({ feedback_ms: await onPayments(house, async (page) => timeToFeedback(page, selector)) }),
})

const scrollSide = (house: House, rows: number): Side => ({
  name: 'scroll',
  what: `the list of ${rows} payments from the first row to the last, 900 px a frame; frames in which a place in sight held no row`,
  units: {
    rows: 'rows',
    frames: 'frames',
    blank_frames: 'frames',
    frame_p95_ms: 'ms',
    most_drawn: 'rows',
    seconds: 's',
  },
  rounds: 1,
  run: async () => ({ ...(await onPayments(house, async (page) => scrollThrough(page, rows))) }),
})

const atMost = (name: string, side: string, figure: string, unit: string, goal: number): Goal => ({
  name,
  unit,
  goal,
  sense: 'at_most',
  value: (samples) => samples[side]?.[figure] ?? Number.NaN,
})

const goalsOf = (rows: number): Goal[] => [
  ...OPENED.map(([name]) => atMost(`${name} is usable`, `open ${name}`, 'usable_ms', 'ms', USABLE_MS)),
  ...PRESSED.map(([name]) => atMost(`${name} is heard`, `press ${name}`, 'feedback_ms', 'ms', FEEDBACK_MS)),
  atMost('frames with a gap', 'scroll', 'blank_frames', 'frames', 0),
  {
    name: 'rows that were reached',
    unit: 'rows',
    goal: rows,
    sense: 'at_least',
    value: (samples) => samples['scroll']?.['rows'] ?? Number.NaN,
  },
]

/** How soon pages can be used, and whether a long list scrolls without gaps, in a real browser on a platform of its own. */
export const openPagesBench = async (
  _stores: BenchStores,
  small: boolean,
  options: BenchOptions = {},
): Promise<Bench> => {
  if (findBrowser() === undefined) throw new CouldNot('no Chrome or Chromium is installed')
  const rows = options.rows ?? ROWS[small ? 'small' : 'full']
  let data = ''
  const house = await openHouse(async (folder) => {
    data = folder
  })
  options.say?.(`seeding ${rows} payments`)
  await seedPayments(await ownerUrlOf(data), rows)
  return {
    name: 'pages',
    about: [
      `The platform as \`npm start\` starts it, ${rows} payments over three years, Chromium without a window on the same machine.`,
      'Time counts from the beginning of the navigation, the document and every file of it included.',
    ],
    sides: [
      ...OPENED.map((page) => openedSide(house, page)),
      ...PRESSED.map((press) => pressedSide(house, press)),
      scrollSide(house, rows),
    ],
    goals: goalsOf(rows),
    memoryMb: async () => ({ 'platform process': await peakMemoryMb(house.platform.pid) }),
    close: async () => house.close(),
  }
}
