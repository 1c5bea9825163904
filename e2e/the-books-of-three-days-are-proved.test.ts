import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { checkReports } from './reports/equalities.ts'
import { readCertificates } from './reports/read-reports.ts'
import { startPlatform, tillwatch, type RunningPlatform } from './tillwatch.ts'

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url))
const folder = await makeTempFolder()
const data = join(folder.path, 'data')
let platform: RunningPlatform

interface Summary {
  readonly dates: { date: string; status: string }[]
  readonly totals: { category: string; count: number; amount: number }[]
  readonly exceptions: {
    open: number
    opened: number
    healed: number
    by_category: Record<string, number>
    items: { category: string; object: string }[]
  }
}

const reconcile = async (...args: string[]) => {
  const done = await tillwatch(
    'reconcile',
    '--data',
    data,
    '--from',
    '2016-10-30',
    '--to',
    '2016-11-04',
    '--json',
    ...args,
  )
  const { summary } = JSON.parse(done.stdout) as { summary: Summary }
  return { code: done.code, summary }
}

const edit = async (body: unknown): Promise<string> => {
  const response = await fetch(`${platform.url}/_sandbox/edits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const made = (await response.json()) as { id: string }
  expect(response.status).toBe(201)
  return made.id
}

const undo = async (ids: readonly string[]): Promise<void> => {
  for (const id of ids)
    expect((await fetch(`${platform.url}/_sandbox/edits/${id}`, { method: 'DELETE' })).ok).toBe(true)
}

const stripeOfSandbox = async (): Promise<Stripe> => {
  const { stripeKey } = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as {
    stripeKey: string
  }
  const { hostname, port } = new URL(platform.sandboxUrl)
  return new Stripe(stripeKey, { host: hostname, port, protocol: 'http', telemetry: false })
}

const asOwner = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
  const { databaseOwner } = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as {
    databaseOwner: string
  }
  const port = (await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3]
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(port),
    user: 'tillwatch_owner',
    password: databaseOwner,
    database: 'tillwatch',
  })
  await client.connect()
  // What a database administrator with bad intent can do: triggers are off for him.
  await client.query("SET session_replication_role = 'replica'")
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

let played: Awaited<ReturnType<typeof tillwatch>>

beforeAll(async () => {
  played = await tillwatch(
    'play',
    '--data',
    data,
    '--tickets',
    fixture('tickets.csv'),
    '--prices',
    fixture('prices.csv'),
    '--speed',
    'max',
    '--json',
  )
  expect(played.stderr).toContain('2016-11-01')
  platform = await startPlatform(data, '--no-demo')
}, 180_000)

afterAll(async () => {
  await platform.end('SIGKILL')
  await folder.remove()
})

test('every ticket was sold once, by card or cash as its number says', () => {
  expect(played.code).toBe(0)
  // By hand: tickets 1, 2, 4, 7, 11 by card; 3, 6, 10 in cash.
  expect(JSON.parse(played.stdout)).toMatchObject({
    tickets: 8,
    card: { count: 5, amount: 320 + 420 + 280 + 505 + 280, currency: 'gbp' },
    cash: { count: 3, amount: 720 + 150 + 280, currency: 'gbp' },
    declined: 0,
    refunded: 0,
  })
})

test('every date is certified clean, the one of 25 hours and the ones without sales too', async () => {
  const { code, summary } = await reconcile()
  expect(code).toBe(0)
  expect(summary.dates.map(({ date, status }) => `${date} ${status}`)).toEqual([
    '2016-10-30 clean',
    '2016-10-31 clean',
    '2016-11-01 clean',
    '2016-11-02 clean',
    '2016-11-03 clean',
    '2016-11-04 clean',
  ])
  expect(summary.totals.find((row) => row.category === 'charge')).toMatchObject({ count: 5, amount: 1805 })
})

test("reports, certificates and the sandbox's own books have the same sums", async () => {
  const place = { url: platform.url, data, zone: 'Europe/London', from: '2016-10-30', to: '2016-11-04' }
  const equalities = await checkReports(place, 'gbp')
  expect(equalities.filter(({ holds }) => !holds)).toEqual([])
  // By hand: 18.05 taken, five fees of 1.5 % + 20: 25 + 26 + 24 + 28 + 24.
  const valuesOf = (what: string) => equalities.find((one) => one.what === what)?.values
  expect(valuesOf('activity, gross')).toEqual({ itemized: '1805', certificates: '1805' })
  expect(valuesOf('activity, net')).toEqual({ summary: '1678', itemized: '1678', certificates: '1678' })
  // By hand: until 31 October 3.20, 4.20, 2.80 and 5.05 were taken, less fees of 25 + 26 + 24 + 28.
  expect(valuesOf('held at the end of 2016-10-31')).toEqual({
    summary: '1422',
    certificate: '1422',
    sandbox: '1422',
    unpaid_rows: '1422',
  })
  const report = await tillwatch(
    ...['report', 'balance.summary.1', '--data', data, '--from', '2016-10-30', '--to', '2016-11-04'],
  )
  expect(report.stdout.split('\r\n').at(-2)).toBe('ending_balance,Ending balance (2016-11-04),0.00,gbp')
})

test('a certificate is printed as a page that says what it proves', async () => {
  const place = { url: platform.url, data, zone: 'Europe/London', from: '2016-10-31', to: '2016-10-31' }
  const [one] = await readCertificates(place)
  const page = await tillwatch('certify', one?.id ?? '', '--data', data)
  expect(page.code).toBe(0)
  expect(page.stdout).toContain('CERTIFICATE OF 2016-10-31, GBP, payments balance: CLEAN')
  expect(page.stdout).toMatch(/= Closing +\d+ +14\.22/)
  expect(page.stdout).toContain('The chain holds.')
})

test('planted differences are found, each in its category, and heal when they are put back', async () => {
  const stripe = await stripeOfSandbox()
  const rows = await stripe.balanceTransactions
    .list({ type: 'charge', limit: 100 })
    .autoPagingToArray({ limit: 100 })
  const [first, second] = rows
  const payouts = await stripe.payouts.list({ limit: 100 })
  const edits = [
    await edit({ op: 'remove', id: first?.id }),
    await edit({ op: 'change', id: second?.id, set: { amount: (second?.amount ?? 0) + 100 } }),
    await edit({
      op: 'add',
      balance_transaction: {
        type: 'charge',
        reporting_category: 'charge',
        amount: 999,
        fee: 35,
        currency: 'gbp',
        created: second?.created,
        source: null,
      },
    }),
    await edit({ op: 'hold_payout', id: payouts.data.at(-1)?.id }),
  ]
  const found = await reconcile()
  expect(found.code).toBe(1)
  expect(found.summary.exceptions.by_category).toEqual({
    clearing_overdue: 1,
    amount_mismatch: 1,
    missing_in_ledger: 1,
    payout_overdue: 1,
  })
  const again = await reconcile()
  expect(again.summary.exceptions).toMatchObject({ open: 4, opened: 0, healed: 0 })
  await undo(edits)
  const healed = await reconcile()
  expect(healed.code).toBe(0)
  expect(healed.summary.exceptions).toMatchObject({ open: 0, healed: 4 })
})

test('certify accepts the chain and refuses it after a stored row was altered', async () => {
  const accepted = await tillwatch('certify', '--data', data)
  expect(accepted).toMatchObject({ code: 0 })
  const [id, fee] = await asOwner(async (client) => {
    const { rows } = await client.query<{ id: string; fee: string }>(
      "SELECT id, fee FROM balance_transactions WHERE reporting_category = 'charge' AND version = 1 ORDER BY id LIMIT 1",
    )
    await client.query(
      'UPDATE balance_transactions SET fee = fee - 1, net = net + 1 WHERE id = $1 AND version = 1',
      [rows[0]?.id],
    )
    return [rows[0]?.id, rows[0]?.fee]
  })
  const refused = await tillwatch('certify', '--data', data)
  expect(refused.code).toBe(1)
  await asOwner((client) =>
    client.query(
      'UPDATE balance_transactions SET fee = $2, net = amount - $2 WHERE id = $1 AND version = 1',
      [id, fee],
    ),
  )
  expect((await tillwatch('certify', '--data', data)).code).toBe(0)
})

test('certify refuses a certificate whose row and digest were altered together', async () => {
  await asOwner(async (client) => {
    const { rows } = await client.query<{ id: string }>(
      'SELECT id FROM certificates ORDER BY seq DESC LIMIT 1',
    )
    await client.query(
      "UPDATE certificates SET closing = closing + 1, digest = repeat('0', 64) WHERE id = $1",
      [rows[0]?.id],
    )
  })
  const refused = await tillwatch('certify', '--data', data, '--json')
  expect(refused.code).toBe(1)
})
