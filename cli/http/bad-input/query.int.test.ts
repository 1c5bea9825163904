import { afterAll, beforeAll, expect, test } from 'vitest'
import { API, openSale, paySale } from '../testing/a-sale.ts'
import { expectRow, readDocumented, type Row } from '../testing/expect-refusal.ts'
import { openDoor, type Door } from '../testing/open-door.ts'

let door: Door
let documented: Awaited<ReturnType<typeof readDocumented>>
let manager: string
let cursorOfSales: string

beforeAll(async () => {
  door = await openDoor()
  documented = await readDocumented(door)
  manager = await door.token('manager')
  for (const key of ['one', 'two']) await paySale(door, key)
  await openSale(door)
  cursorOfSales = (await door.send({ path: `${API}/sales?limit=1` })).body.next_cursor
})
afterAll(async () => door.close())

const forged = (position: unknown): string => Buffer.from(JSON.stringify(position)).toString('base64url')
const ID = 'pay_00000000000000000000000000'
const AT = '2026-03-02T09:00:00.000Z'

/** Wrong on the list of payments. */
const ON_PAYMENTS = [
  'limit=0',
  'limit=1000000000',
  'limit=101',
  'limit=-1',
  'limit=1.5',
  'limit=1e1',
  'limit=abc',
  'limit=',
  'limit=%2010',
  'limit=0x10',
  'limit=%D9%A5',
  'limit[]=1',
  'LIMIT=1',
  'cursor=',
  'cursor=x',
  'cursor=%00',
  'cursor=null',
  `cursor=${'A'.repeat(1_001)}`,
  `cursor=${forged(null)}`,
  `cursor=${forged({})}`,
  `cursor=${forged([AT, ID])}`,
  `cursor=${forged({ at: AT, id: ID, role: 'admin' })}`,
  `cursor=${forged({ at: AT, id: '\0' })}`,
  `cursor=${forged({ at: AT, id: "pay_' OR 1=1 --" })}`,
  `cursor=${forged({ at: '0000-01-01T00:00:00Z', id: ID })}`,
  `cursor=${forged({ at: '2026-02-30T00:00:00Z', id: ID })}`,
  `cursor=${forged({ at: 'infinity', id: ID })}`,
  `cursor=${forged({ at: AT, id: 'sale_00000000000000000000000000' })}`,
  `cursor=${Buffer.from(`{"at":"${AT}","id":"${ID}","id":"${ID}"}`).toString('base64url')}`,
  'colour=red',
  '=red',
  'a',
  '__proto__=x',
  'constructor=x',
  'amount[gt]=5',
  'amount_min[$ne]=5',
  'amount=gt:5',
  'sort=password',
  'status=happy',
  'status=',
  'status=succeeded,canceled',
  'method=barter',
  'currency=xyz',
  'amount_min=-1',
  'amount_min=1.5',
  'amount_min=1e2',
  'amount_min=99999999999999999999',
  'amount_min=9&amount_max=8',
  'from=yesterday',
  'from=2016-02-30T00:00:00Z',
  'from=2016-02-28T24:60:00Z',
  'from=2016-02-28',
  'from=2016-02-28T00:00:00',
  'from=1969-12-31T23:59:59Z',
  'from=',
  'from=1456617600',
  'from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
  'from=2024-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
  'from=yesterday&to=2026-03-01T00:00:00Z',
  'from=2026-03-01T00:00:00Z&to=never',
  'q=a%00b',
  'q=%ff',
  'q=%ED%A0%80',
  'q=%C0%AF',
  'q=%',
  "till_id=';--",
  'till_id=till-1%20OR%201=1',
]

const get = (path: string, want: Row['want'], rest: Partial<Row> = {}): Row => ({
  name: path,
  path: API + path,
  want,
  ...rest,
})
const WRONG: Row['want'] = [422, 'query_invalid']
const byManager = { token: () => manager }

const ROWS: Row[] = [
  ...ON_PAYMENTS.map((query) => get(`/payments?${query}`, WRONG)),
  ...[
    '/sales',
    '/webhooks',
    '/payouts',
    '/reconciliation/runs',
    '/reconciliation/exceptions',
    '/reconciliation/certificates',
  ].flatMap((path) =>
    [
      'limit=0',
      'limit=1e9',
      'cursor=x',
      'a=b',
      `cursor=${forged({ seq: 1, date: '2026-02-30', id: '\0' })}`,
    ].map((query) => get(`${path}?${query}`, WRONG, byManager)),
  ),
  get('/tills?a=b', WRONG),
  get(`/payments/${ID}?a=b`, WRONG),
  get(`/payments/${ID}/notes?a=b`, WRONG, { method: 'POST', body: { text: 'a' } }),
  get('/ledger/balances?at=now', WRONG, byManager),
  get('/ledger/balances?at=-infinity', WRONG, byManager),
  get('/ledger/journal', WRONG, byManager),
  get('/ledger/journal?object=', WRONG, byManager),
  get('/ledger/journal?object=a%0Ab', WRONG, byManager),
  get('/metrics?from=yesterday&to=2026-03-01T00:00:00Z', WRONG, byManager),
  get('/metrics?hours=0', WRONG, byManager),
  get('/metrics?hours=169', WRONG, byManager),
  get('/metrics?hours=1.5', WRONG, byManager),
  get('/payments?limit=1&limit=2', [400, 'duplicate_parameter']),
  get('/payments?limit=1&limit=1', [400, 'duplicate_parameter']),
  get('/payments?limit=1&%6Cimit=1', [400, 'duplicate_parameter']),
  get('/payments?a=b&a=b', [400, 'duplicate_parameter']),
  get('/tills?a=b&a=c', [400, 'duplicate_parameter']),
]

test.each(ROWS)('$name is $want', async (row) => {
  await expectRow(door, documented, row)
})

test('a cursor of another list is refused, and its own list takes it', async () => {
  expect(cursorOfSales).toMatch(/^[\w-]+$/)
  await expectRow(door, documented, get(`/payments?cursor=${cursorOfSales}`, WRONG))
  const next = await door.send({ path: `${API}/sales?limit=1&cursor=${cursorOfSales}` })
  expect(next.body.data).toHaveLength(1)
})

test.each([
  'from=2025-03-02T00:00:00Z&to=2026-03-02T00:00:00Z',
  'from=9999-12-31T23:59:59-12:00',
  'from=2026-03-02T00:00:00.123456789%2B01:00',
  'limit=100',
  '',
  '&&',
])('?%s is a question like any other', async (query) => {
  expect((await door.send({ path: `${API}/payments?${query}` })).status).toBe(200)
})
