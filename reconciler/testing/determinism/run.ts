/**
 * `npx tsx reconciler/testing/determinism/run.ts TICKETS PRICES`: a month of a shop's tickets, reconciled with pages of 1, 7 and
 * 100, filled in shuffled orders, and killed at every place. Prints a table; exit 0 when all certificates are the same.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import pg from 'pg'
import { spawnChild } from '#core/engines/child.ts'
import { startPostgres } from '#core/engines/postgres.ts'
import { migratePostgres } from '#core/postgres/migrate.ts'
import { startOfBusinessDate } from '#core/business-date.ts'
import { makeMonth, type Ticket } from './make-month.ts'
import { judge, KILLED, killsOf, LATE, READINGS } from './variants.ts'
import { runVariant, tableOf, type Outcome, type VariantDatabase } from './run-variant.ts'

const [ticketsFile, pricesFile] = process.argv.slice(2)
if (ticketsFile === undefined || pricesFile === undefined) {
  process.stderr.write('wants TICKETS and PRICES, two CSV files\n')
  process.exit(2)
}

const readCsv = async (file: string): Promise<Record<string, string>[]> =>
  parse(await readFile(file), { columns: true, skip_empty_lines: true, trim: true })

/** Every ticket that has a price, paid by card at its own minute. */
const readTickets = async (): Promise<Ticket[]> => {
  const prices = new Map(
    (await readCsv(pricesFile)).map((row) => [row['item'], Number(row['unit_price_minor'])]),
  )
  const tickets = new Map<string, { at: string; amount: number }>()
  for (const row of await readCsv(ticketsFile)) {
    const date = row['date'] ?? ''
    const [hours = 0, minutes = 0, seconds = 0] = (row['time'] ?? '').split(':').map(Number)
    const ms = startOfBusinessDate(date, 'Europe/London').getTime()
    const at = new Date(ms + ((hours * 60 + minutes) * 60 + seconds) * 1000).toISOString()
    const ticket = tickets.get(`${row['ticket']}`) ?? { at, amount: 0 }
    ticket.amount += prices.get(row['item']) ?? 0
    tickets.set(`${row['ticket']}`, ticket)
  }
  return [...tickets.values()]
    .filter(({ amount }) => amount >= 30)
    .sort((one, other) => (one.at < other.at ? -1 : 1))
}

const folder = await mkdtemp(join(tmpdir(), 'tillwatch-determinism-'))
const tickets = await readTickets()
const first = tickets[0]?.at ?? ''
const end = new Date(Date.parse(tickets.at(-1)?.at ?? '') + 7 * 86_400_000).toISOString()
const server = await startPostgres({
  dataDir: join(folder, 'postgres'),
  password: { owner: randomBytes(12).toString('hex') },
  settings: { fsync: 'off', synchronous_commit: 'off' },
})
const appPassword = randomBytes(12).toString('hex')
await migratePostgres(server.ownerUrl, appPassword)
const child = await spawnChild({
  name: 'Stripe sandbox',
  entry: new URL('../../../sandbox/main.ts', import.meta.url),
  args: ['--data', join(folder, 'sandbox'), '--clock-start', `${first.slice(0, 10)}T00:00:00.000Z`],
})

const urlTo = (name: string): URL => {
  const url = new URL(server.ownerUrl)
  url.pathname = `/${name}`
  return url
}

const asOwner = async (statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: urlTo('postgres').href })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

const newDatabase = async (): Promise<VariantDatabase> => {
  const name = `variant_${randomBytes(6).toString('hex')}`
  await asOwner(`CREATE DATABASE ${name} TEMPLATE tillwatch`)
  const app = urlTo(name)
  app.username = 'tillwatch_app'
  app.password = appPassword
  return { appUrl: app.href, drop: async () => asOwner(`DROP DATABASE ${name} WITH (FORCE)`) }
}

const outcomes: Outcome[] = []
try {
  const stripeUrl = `http://127.0.0.1:${child.port}`
  const plan = await makeMonth(stripeUrl, tickets, end)
  process.stderr.write(
    `${tickets.length} sales, ${plan.movements.length} movements, ${plan.dates.length} dates\n`,
  )
  const planFile = join(folder, 'plan.json')
  await writeFile(planFile, JSON.stringify(plan))
  const ground = { stripeUrl, plan, planFile, folder, newDatabase }
  for (const variant of [...READINGS, ...KILLED, ...LATE]) {
    outcomes.push(await runVariant(ground, variant))
    process.stderr.write(`${variant.name}: ${outcomes.at(-1)?.digest}\n`)
  }
} finally {
  await child.stop()
  await server.stop('immediate')
  await rm(folder, { recursive: true, force: true })
}
process.stdout.write(`${tableOf(outcomes)}\n\n${killsOf(outcomes)}\n`)
const wrong = judge(outcomes)
for (const line of wrong) process.stdout.write(`WRONG ${line}\n`)
process.exitCode = wrong.length === 0 ? 0 : 1
