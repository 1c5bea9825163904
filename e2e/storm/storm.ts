import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { AddressInfo } from 'node:net'
import { loadSql } from '#core/postgres/sql.ts'
import { startPlatformWith, tillwatch, type RunningPlatform } from '../tillwatch.ts'
import { connectAsOwner } from './database.ts'
import { expectedTotals, type Totals } from './expected-totals.ts'
import { killWhileOpen, type OpenCall } from './kill-while-open.ts'
import { readFacts, type StormFacts } from './read-facts.ts'

const SHOP = fileURLToPath(new URL('../fixtures/storm-shop.yaml', import.meta.url))
const countSales = loadSql(import.meta.url, 'sql/sale_count.sql')

/** What a storm is made of. */
export interface StormPlan {
  readonly tickets: string
  readonly prices: string
  readonly data: string
  /** Named set of the sandbox's faults, or `none`. */
  readonly faults: string
  readonly seed: number
  readonly kills: number
  /** A layer that is switched off: `poller`, `completer` or `inbox`. */
  readonly without?: string
  readonly say: (line: string) => void
}

export interface StormReport {
  readonly expected: Totals
  readonly played: Totals & { readonly declined: number; readonly clock: string }
  readonly kills: readonly (readonly OpenCall[])[]
  readonly facts: StormFacts
  readonly seconds: number
}

/** A port that stays ours over restarts: the till must find the platform again where it was. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const firstDate = async (file: string): Promise<string> => {
  const dates = (await readFile(file, 'utf8')).match(/^\d{4}-\d\d-\d\d/gm) ?? []
  return [...dates].sort()[0] ?? ''
}

const DAY_MS = 86_400_000

/** The last date that is over: payouts and their dates come after the last sale. */
const dateBefore = (instant: string): string =>
  new Date(Date.parse(instant) - DAY_MS).toISOString().slice(0, 10)

const soldSoFar = async (data: string): Promise<number> => {
  const database = await connectAsOwner(data)
  try {
    const { rows } = await database.query<{ count: number }>(countSales.text)
    return rows[0]?.count ?? 0
  } finally {
    await database.end()
  }
}

const LOOK_EVERY_MS = 100
/** A till that sold nothing for so long stands before a platform that does not come back. */
const PATIENCE_MS = 120_000

/** Lets the till sell until `sales` were opened; false when it ended before. Throws when it sells nothing more. */
const untilSold = async (data: string, sales: number, hasEnded: () => boolean): Promise<boolean> => {
  let sold = -1
  for (let waitedMs = 0; !hasEnded(); waitedMs += LOOK_EVERY_MS) {
    const now = await soldSoFar(data)
    if (now >= sales) return true
    if (now > sold) waitedMs = 0
    if (waitedMs > PATIENCE_MS) throw new Error(`the till stands still after ${now} sales`)
    sold = now
    await pause(LOOK_EVERY_MS)
  }
  return false
}

const describeCall = (call: OpenCall): string =>
  `${call.recovery_point} of ${call.payment_id} (${call.amount}), ${call.status}, at Stripe: ${call.at_stripe}`

/** Kills and starts the platform again, spread evenly over the sales. */
const strike = async (
  plan: StormPlan,
  sales: number,
  start: () => Promise<RunningPlatform>,
  first: RunningPlatform,
  hasEnded: () => boolean,
) => {
  let platform = first
  const kills: (readonly OpenCall[])[] = []
  for (let nth = 1; nth <= plan.kills; nth += 1) {
    if (!(await untilSold(plan.data, Math.floor((sales * nth) / (plan.kills + 1)), hasEnded))) break
    // A prime keeps the moments of the kills from falling into step with the sales.
    const open = await killWhileOpen(platform, plan.data, nth * 13)
    kills.push(open)
    plan.say(`kill ${nth} of ${plan.kills}: ${open.map(describeCall).join('; ')}`)
    platform = await start()
  }
  return { platform, kills }
}

interface Played {
  readonly tickets: number
  readonly card: { readonly count: number; readonly amount: number }
  readonly cash: { readonly count: number; readonly amount: number }
  readonly declined: number
  readonly clock: string
}

/**
 * Plays the tickets through a platform whose Stripe fails as `faults` says and which is killed again and again while it
 * takes money; then gathers what came of it. Judges nothing: the reader compares.
 */
export const runStorm = async (plan: StormPlan): Promise<StormReport> => {
  const begun = Date.now()
  const expected = await expectedTotals(plan.tickets, plan.prices)
  const from = await firstDate(plan.tickets)
  const port = String(await freePort())
  const settings = {
    TILLWATCH_SHOP_FILE: SHOP,
    ...(plan.without === undefined ? {} : { WORKER_WITHOUT: plan.without }),
  }
  const start = () =>
    startPlatformWith(settings, plan.data, '--port', port, '--clock-start', `${from}T00:00:00Z`)
  const first = await start()
  let ended = false
  const till = tillwatch(
    // By its own address: after a restart the platform is there again, its sandbox is on another port.
    ...[
      'play',
      '--url',
      first.url,
      '--data',
      plan.data,
      '--tickets',
      plan.tickets,
      '--prices',
      plan.prices,
      '--json',
    ],
    ...(plan.faults === 'none' ? [] : ['--faults', plan.faults, '--seed', String(plan.seed)]),
  ).finally(() => (ended = true))
  const { platform, kills } = await strike(plan, expected.tickets, start, first, () => ended)
  try {
    const { code, stdout, stderr } = await till
    if (code !== 0) throw new Error(`play ended with ${code}: ${stderr.slice(-2_000)}`)
    const played = JSON.parse(stdout) as Played
    const facts = await readFacts(platform, plan.data, from, dateBefore(played.clock))
    return { expected, played, kills, facts, seconds: Math.round((Date.now() - begun) / 1000) }
  } finally {
    await platform.end('SIGTERM')
  }
}
