import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { createRoot } from '#core/http/root.ts'
import { certify } from '../certify.ts'
import { reconcilerRoutes } from '../routes.ts'
import { createWorld, type World } from '../testing/world.ts'

let world: World
let token: string

const seconds = (at: string): number => Date.parse(at) / 1000

/**
 * By hand: a 10.00, fee 0.35, net 9.65; b 20.00, fee 0.50, net 19.50; a fee of Stripe's of 150 yen; b refunded by 3.00; a paid
 * out. At the end of 3 March Stripe holds 16.50 GBP and -150 JPY.
 */
beforeAll(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('b', '2026-03-02T11:00:00Z', 2_000)
  world.stripe.rows.set('txn_yen', {
    ...{ id: 'txn_yen', created: seconds('2026-03-02T12:00:00Z'), amount: -150, currency: 'jpy' },
    ...{ type: 'stripe_fee', reporting_category: 'fee' },
  })
  await world.payout('p', '2026-03-03T12:00:00Z', ['txn_a'])
  await world.refund('b', '2026-03-03T13:00:00Z', 300)
  world.moveTo('2026-03-05T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-04')
  token = (await createToken(world.deps.env, world.db, { name: 'finance', role: 'finance' })).token
})

afterAll(async () => {
  await world.close()
})

const get = async (path: string): Promise<Response> => {
  const root = createRoot(world.deps)
  root.route('/', reconcilerRoutes(world.deps))
  return root.request(`http://test${path}`, { headers: { authorization: `Bearer ${token}` } })
}

const report = async (type: string, query: string): Promise<string> => {
  const answer = await get(`/reconciliation/reports/${type}?from=2026-03-02&to=2026-03-03${query}`)
  expect(answer.status).toBe(200)
  return answer.text()
}

const lines = (csv: string): Record<string, string>[] => parse(csv, { columns: true })

const shown = (csv: string, ...columns: string[]): string[] =>
  lines(csv).map((line) => columns.map((column) => line[column]).join(' '))

test('a balance summary says per currency what was held, what came and what is held', async () => {
  expect(shown(await report('balance.summary.1', ''), 'category', 'net_amount', 'currency')).toEqual([
    'starting_balance 0.00 gbp',
    'activity 26.15 gbp',
    'payouts -9.65 gbp',
    'ending_balance 16.50 gbp',
    'starting_balance 0 jpy',
    'activity -150 jpy',
    'payouts 0 jpy',
    'ending_balance -150 jpy',
  ])
})

test('itemised reports list the rows that their name says, in the order of time, with numbers as numbers', async () => {
  const columns = ['balance_transaction_id', 'gross', 'fee', 'net', 'currency']
  expect(shown(await report('balance_change_from_activity.itemized.3', ''), ...columns)).toEqual([
    'txn_a 10.00 0.35 9.65 gbp',
    'txn_b 20.00 0.50 19.50 gbp',
    'txn_yen -150 0 -150 jpy',
    'txn_rb -3.00 0.00 -3.00 gbp',
  ])
  expect(
    shown(await report('payout_reconciliation.itemized', ''), 'automatic_payout_id', ...columns),
  ).toEqual(['po_p txn_a 10.00 0.35 9.65 gbp'])
  expect(shown(await report('ending_balance_reconciliation.itemized', '&currency=gbp'), ...columns)).toEqual([
    'txn_b 20.00 0.50 19.50 gbp',
    'txn_rb -3.00 0.00 -3.00 gbp',
  ])
})

test('dates are those of the zone that was asked for, and lines end as RFC 4180 wants it', async () => {
  const csv = await report(
    'balance_change_from_activity.itemized',
    '&columns=created,net&timezone=Asia/Tokyo',
  )
  expect(csv.split('\r\n').slice(0, 3)).toEqual([
    'created,net',
    '2026-03-02 19:00:00,9.65',
    '2026-03-02 20:00:00,19.50',
  ])
  // The refund of 13:00 in London is 22:00 in Tokyo; on 2 March there only three rows were made.
  const day = '/reconciliation/reports/balance_change_from_activity.itemized?from=2026-03-02&to=2026-03-02'
  expect(lines(await (await get(`${day}&timezone=Asia/Tokyo`)).text())).toHaveLength(3)
})

test('the same numbers stand on the certificates', async () => {
  const closings = await world.db.rows<{ currency: string; closing: bigint }>(
    "SELECT currency, closing FROM certificates WHERE business_date = '2026-03-03' ORDER BY currency",
  )
  expect(closings).toEqual([
    { currency: 'gbp', closing: 1_650n },
    { currency: 'jpy', closing: -150n },
  ])
})

test('unknown columns, reports and ranges are refused', async () => {
  const base = '/reconciliation/reports/balance_change_from_activity.itemized?from=2026-03-02&to=2026-03-03'
  expect((await get(`${base}&columns=net,customer_email`)).status).toBe(422)
  expect((await get('/reconciliation/reports/payouts.itemized.3?from=2026-03-02&to=2026-03-03')).status).toBe(
    404,
  )
  expect((await get('/reconciliation/reports/balance_summary?to=2026-03-03')).status).toBe(422)
  expect((await get(`${base}&timezone=Mars/Olympus`)).status).toBe(422)
})

test('a report of an earlier moment stays as it was when rows come late or change, and the new version names them', async () => {
  const asOf = '&as_of=2026-03-05T12:00:00Z'
  const types = ['balance_change_from_activity.itemized', 'ending_balance_reconciliation.itemized']
  const before = await Promise.all(types.map(async (type) => report(type, '')))
  const summary = await report('balance_summary', '')
  await world.charge('c', '2026-03-02T15:00:00Z', 900)
  const changed = world.stripe.rows.get('txn_b')
  if (changed) changed.amount += 7
  world.moveTo('2026-03-06T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-05')
  expect(await Promise.all(types.map(async (type) => report(type, asOf)))).toEqual(before)
  expect(await report('balance_summary', asOf)).toBe(summary)
  const now = await report('balance_change_from_activity.itemized', '')
  expect(shown(now, 'balance_transaction_id', 'gross')).toEqual([
    'txn_a 10.00',
    'txn_b 20.07',
    'txn_yen -150',
    'txn_c 9.00',
    'txn_rb -3.00',
  ])
  const newest = await world.db.first<{ id: string }>(
    "SELECT id FROM certificates WHERE business_date = '2026-03-02' AND currency = 'gbp' AND version = 2",
  )
  const page = (
    await (await get(`/reconciliation/certificates/${newest?.id}?format=text`)).text()
  ).replaceAll(/\s+/g, ' ')
  expect(page).toContain('1 OPEN EXCEPTION')
  expect(page).toContain(
    'Balance transaction txn_c is new on this date: charge of 9.00 GBP, fee 0.34 GBP, net 8.66 GBP',
  )
  expect(page).toContain(
    'Balance transaction txn_b: gross amount was 20.00, is 20.07; net was 19.50, is 19.57',
  )
  expect(page).toContain('amount_mismatch')
  const csv = await (await get(`/reconciliation/certificates/${newest?.id}?format=csv`)).text()
  const table = lines(csv)
  expect(table.find(({ name }) => name === 'closing')).toMatchObject({
    section: 'equation',
    net: '37.88',
    currency: 'gbp',
  })
  expect(table.filter(({ section }) => section === 'balance_transaction').map(({ name }) => name)).toEqual([
    'txn_a',
    'txn_b',
    'txn_c',
  ])
  expect((await certify(world.deps)).findings).toEqual([])
})
