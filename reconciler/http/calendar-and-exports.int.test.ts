import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { createRoot } from '#core/http/root.ts'
import { reconcilerRoutes } from '../routes.ts'
import { createWorld, type World } from '../testing/world.ts'

let world: World
let token: string

/**
 * 2 March: a sale on both sides, a second of 12.34 in the ledger alone and one of 7.00 at Stripe alone; 3 March: one sale on both
 * sides; both are in a payout but for a row that nobody knows. Reconciled as far as 4 March, at noon of the 5th.
 */
beforeAll(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('lost', '2026-03-02T10:30:00Z', 1_234, 'ledger')
  await world.charge('x', '2026-03-02T11:00:00Z', 700, 'stripe')
  await world.charge('b', '2026-03-03T10:00:00Z', 2_000)
  await world.payout('one', '2026-03-04T12:00:00Z', ['txn_a', 'txn_x', 'txn_b'])
  world.moveTo('2026-03-05T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-04')
  token = (await createToken(world.deps.env, world.db, { name: 'fin', role: 'finance' })).token
})
afterAll(async () => world.close())

const get = async (path: string): Promise<Response> => {
  const root = createRoot(world.deps)
  root.route('/', reconcilerRoutes(world.deps))
  return root.request(`http://test${path}`, { headers: { authorization: `Bearer ${token}` } })
}
const json = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T

interface Day {
  readonly date: string
  readonly state: string
  readonly open: number
  readonly value_at_risk: readonly object[]
  readonly certificates: readonly { readonly clean: boolean; readonly closing: number }[]
}

test('a month shows each date: closed and clean, with exceptions, not closed yet, or without business', async () => {
  const month = await json<{ today: string; first_date: string; dates: Day[] }>(
    '/reconciliation/calendar?month=2026-03',
  )
  expect([month.today, month.first_date, month.dates.length]).toEqual(['2026-03-05', '2026-03-02', 31])
  expect(month.dates.slice(0, 6).map(({ date, state }) => `${date} ${state}`)).toEqual([
    '2026-03-01 none',
    '2026-03-02 exceptions',
    '2026-03-03 clean',
    '2026-03-04 clean',
    '2026-03-05 open',
    '2026-03-06 none',
  ])
  // 12.34 that Stripe does not know, 7.00 that we do not know.
  expect(month.dates[1]).toMatchObject({
    open: 2,
    value_at_risk: [{ currency: 'gbp', open: 2, amount: 1_934 }],
    // 1000 - 35 and 700 - 31
    certificates: [{ clean: false, closing: 1_634 }],
  })
})

test('without a month it is the present one; a month that is none is refused', async () => {
  expect(await json('/reconciliation/calendar')).toMatchObject({ month: '2026-03' })
  expect((await json<{ dates: Day[] }>('/reconciliation/calendar?month=2028-02')).dates).toHaveLength(29)
  expect((await get('/reconciliation/calendar?month=2026-13')).status).toBe(422)
})

test('the export has the rows of the filter in the order of the list, with sums in major units', async () => {
  const answer = await get('/reconciliation/exceptions/export?status=open&sort=-amount')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="exceptions-2026-03-05.csv"')
  const rows = parse(await answer.text(), { columns: true }) as Record<string, string>[]
  expect(rows.map((row) => [row['category'], row['expected'], row['actual'], row['difference']])).toEqual([
    ['missing_in_stripe', '12.34', '0.00', '-12.34'],
    ['orphan_in_stripe', '0.00', '7.00', '7.00'],
  ])
  // From 2 March 10:30 and 11:00 to 5 March 12:00.
  expect(rows.map((row) => row['age_hours'])).toEqual(['73', '73'])
  const none = await (await get('/reconciliation/exceptions/export?status=resolved')).text()
  expect(parse(none)).toHaveLength(1)
  expect((await get('/reconciliation/exceptions/export?owner=%00')).status).toBe(422)
})

test('a note that a spreadsheet would run stays text in the export', async () => {
  const { data } = await json<{ data: { id: string; version: number }[] }>(
    '/reconciliation/exceptions?category=orphan_in_stripe',
  )
  const root = createRoot(world.deps)
  root.route('/', reconcilerRoutes(world.deps))
  const noted = await root.request(`http://test/reconciliation/exceptions/${data[0]?.id}/note`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ version: data[0]?.version, text: '=HYPERLINK("http://evil")' }),
  })
  expect(noted.status).toBe(200)
  const csv = await (await get('/reconciliation/exceptions/export?category=orphan_in_stripe')).text()
  const [row] = parse(csv, { columns: true }) as Record<string, string>[]
  expect(row?.['last_note']).toBe('\'=HYPERLINK("http://evil")')
})

test("a payout's lines come page by page, each once, in the order of time; the payout tells of its exceptions", async () => {
  const seen: string[] = []
  let cursor: string | null = ''
  do {
    const page: { data: { id: string }[]; next_cursor: string | null } = await json(
      `/payouts/po_one/lines?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`,
    )
    seen.push(...page.data.map(({ id }) => id))
    cursor = page.next_cursor
  } while (cursor !== null)
  const whole = await json<{ exceptions: number; balance_transactions: { id: string }[] }>('/payouts/po_one')
  expect(seen).toEqual(whole.balance_transactions.map(({ id }) => id))
  expect(seen.slice(0, 3)).toEqual(['txn_a', 'txn_x', 'txn_b'])
  expect(whole.exceptions).toBe(0)
  expect((await get('/payouts/po_unknown/lines')).status).toBe(404)
})

test.each([
  [null, null],
  ['pending', null],
  ['unsupported', null],
  ['supported', '021000021234567'],
])("a payout tells the bank's reference apart from ours: %s %s", async (status, value) => {
  const set =
    "UPDATE payouts SET trace_id = 'ours', bank_trace_status = $1, bank_trace_id = $2 WHERE id = 'po_one'"
  await world.db.run(set, [status, value])
  const told = { trace_id: 'ours', bank_trace_status: status, bank_trace_id: value }
  expect(await json('/payouts/po_one')).toMatchObject(told)
  expect((await json<{ data: unknown[] }>('/payouts')).data).toMatchObject([told])
})
