import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGateway, type TestGateway } from '../testing/open-gateway.ts'

interface Seeded {
  readonly id: string
  readonly at: string
  readonly status?: string
  readonly amount?: number
  readonly currency?: string
  readonly last4?: string
  readonly brand?: string
  readonly decline?: string
  readonly customer?: string
  readonly ref?: string
  readonly refunded?: number
  readonly cashier?: string
}

/** Six payments by hand, oldest first; a cent of every filter is in them. */
const SEEDED: readonly Seeded[] = [
  {
    id: 'pay_aaaa1',
    at: '2026-03-01T08:00:00Z',
    amount: 500,
    last4: '4242',
    brand: 'visa',
    customer: '=cmd',
  },
  {
    id: 'pay_aaaa2',
    at: '2026-03-01T23:30:00Z',
    amount: 999,
    last4: '4444',
    brand: 'mastercard',
    ref: 'T-2',
  },
  { id: 'pay_aaaa3', at: '2026-03-02T08:00:00Z', amount: 1_001, currency: 'jpy', cashier: 'asha' },
  {
    id: 'pay_aaaa4',
    at: '2026-03-02T09:00:00Z',
    status: 'payment_failed',
    amount: 1_000,
    decline: 'stolen_card',
    last4: '4242',
    brand: 'visa',
  },
  { id: 'pay_aaaa5', at: '2026-03-02T10:00:00Z', amount: 1_500, refunded: 1_500, customer: 'J. Doe' },
  {
    id: 'pay_aaaa6',
    at: '2026-03-03T10:00:00Z',
    status: 'payment_failed',
    amount: 2_000,
    decline: 'generic_decline',
  },
]

const text = (value: string | undefined): string => (value === undefined ? 'NULL' : `'${value}'`)

const insert = (one: Seeded): string => {
  const { id, at, amount = 100, currency = 'gbp', status = 'succeeded', refunded = 0 } = one
  const sale = id.replace('pay', 'sale')
  const taken = status === 'succeeded' ? amount : 0
  return `INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
      business_date, created_at, updated_at)
    VALUES ('${sale}', 'till-1', 'high-street', '${currency}', ${amount}, 0, 0, 0, 'open', '${at}', '2026-03-01', '${at}', '${at}');
  INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, amount_captured, amount_refunded, status,
      decline_code, card_brand, card_last4, customer_ref, cashier_ref, external_ref, trace_id, accepted_at, created_at, updated_at)
    VALUES ('${id}', '${sale}', 'till-1', 'high-street', 'card', '${currency}', ${amount}, ${taken}, ${refunded}, '${status}',
      ${text(one.decline)}, ${text(one.brand)}, ${text(one.last4)}, ${text(one.customer)}, ${text(one.cashier)}, ${text(one.ref)},
      '${'0'.repeat(32)}', '${at}', '${at}', '${at}');`
}

let gateway: TestGateway
let manager: string

beforeAll(async () => {
  gateway = await openGateway()
  manager = await gateway.token('manager')
  await gateway.asOwner(SEEDED.map(insert).join('\n'))
})
afterAll(async () => gateway.close())

/** The last digits of the ids that a query finds, in order. */
const found = async (query: string, token = manager): Promise<string> => {
  const page = await gateway.get(`/payments?limit=100&${query}`, token)
  expect(page.status, page.text).toBe(200)
  return page.body.data.map(({ id }: { id: string }) => id.slice(-1)).join('')
}

const QUERIES: readonly (readonly [query: string, ids: string])[] = [
  ['', '654321'],
  ['status=payment_failed', '64'],
  ['method=card', '654321'],
  ['method=cash', ''],
  ['from=2026-03-02T00:00:00Z&to=2026-03-02T10:00:00Z', '43'],
  ['hours=1&to=2026-03-02T10:00:00Z', '4'],
  ['hours=2&to=2026-03-02T10:00:00Z', '43'],
  ['amount_min=1000&amount_max=1500', '543'],
  ['currency=jpy', '3'],
  ['store=high-street', '654321'],
  ['store=harbour', ''],
  // As Grafana's links say that no store is chosen.
  ['store=All', '654321'],
  ['store=All&method=card&hours=1&to=2026-03-02T10:00:00Z', '4'],
  ['till_id=All', '654321'],
  ['till_id=till-1', '654321'],
  ['till_id=till-9', ''],
  ['customer_ref=J.%20Doe', '5'],
  ['external_ref=T-2', '2'],
  ['last4=4242', '41'],
  ['brand=mastercard', '2'],
  ['decline_code=stolen_card', '4'],
  ['refunded=true', '5'],
  ['refunded=false&status=succeeded', '321'],
  ['disputed=true', ''],
  ['disputed=false', '654321'],
  ['sort=created', '123456'],
  ['sort=amount', '124356'],
  ['sort=-amount', '653421'],
]

const SEARCHES: readonly (readonly [search: string, ids: string])[] = [
  ['status:failed', '64'],
  ['status:failed status:succeeded', '654321'],
  ['-status:failed', '5321'],
  ['status:incomplete', ''],
  ['-status:incomplete', '654321'],
  ['is:owed', ''],
  ['last4:4242 status:succeeded', '1'],
  ['-last4:4242', '6532'],
  ['-brand:visa amount:>10', '653'],
  ['amount:>10', '653'],
  ['amount:>=10', '6543'],
  ['amount:10', '4'],
  ['amount:<9.99', '1'],
  ['amount:>9.99 amount:<15', '4'],
  ['amount:1001', '3'],
  ['currency:JPY', '3'],
  ['-currency:jpy is:refunded', '5'],
  ['-is:refunded', '64321'],
  ['is:disputed', ''],
  ['customer:"J. Doe"', '5'],
  ['"J. Doe"', '5'],
  ['J. Doe', '5'],
  ['cashier:asha', '3'],
  ['ref:T-2', '2'],
  ['T-2', '2'],
  ['4242', '41'],
  ['pay_aaaa3', '3'],
  ['sale_aaaa3', '3'],
  ['created:2026-03-01', '21'],
  ['created:>2026-03-01', '6543'],
  ['created:<=2026-03-01', '21'],
  ['created:>=2026-03-02 -created:2026-03-03', '543'],
  ['created:<2026-03-01T09:00:00Z', '1'],
  ['store:high-street till:till-1 method:card', '654321'],
  ['decline:stolen_card', '4'],
  ['-decline:stolen_card', '65321'],
]

test.each(QUERIES)('the filter %s', async (query, ids) => {
  expect(await found(query)).toBe(ids)
})

test.each(SEARCHES)('the search %s', async (search, ids) => {
  expect(await found(`q=${encodeURIComponent(search)}`)).toBe(ids)
})

test('counts are the length of the list, and the export is the list, for every filter and search', async () => {
  const all = [...QUERIES.map(([query]) => query), ...SEARCHES.map(([q]) => `q=${encodeURIComponent(q)}`)]
  for (const query of all) {
    const ids = await found(query)
    const unsorted = query.replace(/^sort=.*$/, '')
    const counts = await gateway.get(`/payments/counts?${unsorted}`, manager)
    expect(counts.body.total, query).toBe(ids.length)
    const csv = await gateway.get(`/payments/export?columns=id&${query}`, manager)
    const lines = csv.text.trim().split('\n').slice(1)
    expect(lines.map((line) => line.slice(-1)).join(''), query).toBe(ids)
  }
})

test('counts say how many and how much by status and currency', async () => {
  const { body } = await gateway.get('/payments/counts', manager)
  expect(body.data.find(({ status }: { status: string }) => status === 'succeeded')).toEqual({
    status: 'succeeded',
    count: 4,
    money: [
      { currency: 'gbp', count: 3, amount: 2_999, amount_refunded: 1_500 },
      { currency: 'jpy', count: 1, amount: 1_001, amount_refunded: 0 },
    ],
  })
})

test('the export writes amounts in the unit of their currency and no formula', async () => {
  const csv = await gateway.get('/payments/export?columns=amount,currency,customer,id&sort=created', manager)
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=UTF-8')
  expect(csv.text.split('\n').slice(0, 4)).toEqual([
    'amount,currency,customer,id',
    "5.00,gbp,'=cmd,pay_aaaa1",
    '9.99,gbp,,pay_aaaa2',
    '1001,jpy,,pay_aaaa3',
  ])
})

test.each([
  ['q=colour:red', 'q', 'there is no field "colour"'],
  ['q=status:%3Efailed', 'q', '> means nothing for "status"'],
  ['q=status:gone', 'q', '"status" is one of'],
  ['q=amount:ten', 'q', '"amount" is a number'],
  ['q=created:soon', 'q', '"created" is a date'],
  ['q=is:blue', 'q', '"is" is one of'],
  ['q=%22open', 'q', 'a quotation mark is not closed'],
  ['hours=1&from=2026-03-01T00:00:00Z', 'hours', 'not together with from'],
  ['hours=0', 'hours', 'must be 1 to'],
  ['sort=status', 'sort', ''],
  ['store=ALL', 'store', 'is not a store id'],
  ['till_id=Alles', 'till_id', 'is not a till id'],
  ['last4=42', 'last4', 'must be four digits'],
])('%s is refused by name', async (query, path, message) => {
  const { status, body } = await gateway.get(`/payments?${query}`, manager)
  expect({ status, code: body.error.code }).toEqual({ status: 422, code: 'query_invalid' })
  expect(body.error.issues[0]).toMatchObject({ path, message: expect.stringContaining(message) })
})

test('nobody at the till finds a stolen card by its code, by leaving it out, or by what is shown in its place', async () => {
  const cashier = await gateway.token('cashier')
  const ask = (q: string) => found(`q=${encodeURIComponent(q)}`, cashier)
  expect(await found('decline_code=stolen_card', cashier)).toBe('')
  expect(await found('decline_code=generic_decline', cashier)).toBe('64')
  expect(await ask('decline:stolen_card')).toBe('')
  expect(await ask('-decline:stolen_card')).toBe('654321')
  expect(await ask('decline:generic_decline')).toBe('64')
  expect(await ask('-decline:generic_decline')).toBe('5321')
  const csv = await gateway.get('/payments/export?columns=decline', cashier)
  expect(csv.text).not.toContain('stolen')
})

test.each(['-created', 'created', '-amount', 'amount'])(
  'pages sorted by %s show each payment once while others are made',
  async (sort) => {
    const seen: string[] = []
    let cursor = ''
    for (let page = 1; ; page += 1) {
      const answer = await gateway.get(
        `/payments?limit=2&sort=${sort}&cursor=${cursor}`.replace(/&cursor=$/, ''),
        manager,
      )
      expect(answer.status, answer.text).toBe(200)
      seen.push(...answer.body.data.map(({ id }: { id: string }) => id))
      if (answer.body.next_cursor === null) break
      cursor = answer.body.next_cursor
      const id = `pay_new${sort.replace('-', 'd')}${page}`
      await gateway.asOwner(insert({ id, at: `2026-03-04T0${page}:00:00Z`, amount: 600 * page }))
    }
    expect(new Set(seen).size).toBe(seen.length)
    const before = SEEDED.map(({ id }) => id)
    expect(before.filter((id) => !seen.includes(id))).toEqual([])
    await gateway.asOwner(
      `DELETE FROM payments WHERE id LIKE 'pay_new%'; DELETE FROM sales WHERE id LIKE 'sale_new%'`,
    )
  },
)

test('a cursor is of one order only', async () => {
  const { body } = await gateway.get('/payments?limit=2&sort=amount', manager)
  const other = await gateway.get(`/payments?limit=2&cursor=${body.next_cursor}`, manager)
  expect({ status: other.status, code: other.body.error.code }).toEqual({
    status: 422,
    code: 'query_invalid',
  })
})

test('a till sees its own payments alone: in the list, the counts, the export and by id', async () => {
  const here = await gateway.token('cashier', 'till-1')
  expect(await found('', here)).toBe('654321')
  await gateway.asOwner(
    `INSERT INTO tills (id, store_id, name) SELECT 'till-2', store_id, 'Till 2' FROM tills WHERE id = 'till-1'`,
  )
  const there = await gateway.token('cashier', 'till-2')
  expect(await found('', there)).toBe('')
  expect(await found('till_id=till-1', there)).toBe('')
  expect(await found('store=All&till_id=All', there)).toBe('')
  expect((await gateway.get('/payments/counts', there)).body.total).toBe(0)
  expect((await gateway.get('/payments/export?columns=id', there)).text.trim()).toBe('id')
  expect((await gateway.get('/lookup?id=pay_aaaa1', there)).status).toBe(404)
  expect((await gateway.get('/lookup?id=pay_aaaa1', here)).body.url).toBe('/payments/pay_aaaa1')
})

test.each([
  ['pay_aaaa1', '/payments/pay_aaaa1'],
  ['sale_aaaa3', '/payments/pay_aaaa3'],
  ['T-2', '/payments/pay_aaaa2'],
])('the id %s opens %s', async (id, url) => {
  const { body } = await gateway.get(`/lookup?id=${id}`, manager)
  expect(body).toMatchObject({ kind: 'payment', url })
})

test('an id that names nothing is not found', async () => {
  expect((await gateway.get('/lookup?id=pay_nothing', manager)).status).toBe(404)
})

test("a person's views are theirs: saved, replaced by name, deleted; another person neither sees nor deletes them", async () => {
  const auditor = await gateway.token('auditor')
  const save = (query: string) => gateway.post('/views', { name: 'Refused', query }, undefined, manager)
  const list = async (token: string) => (await gateway.get('/views', token)).body.data
  const first = await save('status=payment_failed')
  expect(first.status, first.text).toBe(201)
  await save('status=payment_failed&method=card')
  expect(await list(manager)).toMatchObject([{ name: 'Refused', query: 'status=payment_failed&method=card' }])
  expect(await list(auditor)).toEqual([])
  const remove = (token: string) =>
    gateway.send(`/views/${first.body.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${token}` },
    })
  expect((await remove(auditor)).status).toBe(404)
  expect((await remove(manager)).status).toBe(200)
  expect(await list(manager)).toEqual([])
})

test('whoever saw another payment than it is now is told so, and nothing is given back', async () => {
  const lines = [{ name: 'Loaf', quantity: 1, unit_amount: 900 }]
  const sale = await gateway.post('/sales', { till_id: 'till-1', currency: 'gbp', lines })
  const paid = await gateway.post(`/sales/${sale.body.id}/tenders`, { type: 'cash', amount: 900 }, 'seen-1')
  const { id, version } = (await gateway.get(`/payments/${paid.body.id}`)).body
  const refund = (amount: number, key: string, seen?: number) =>
    gateway.post(`/payments/${id}/refunds`, { amount, ...(seen ? { version: seen } : {}) }, key, manager)
  const first = await refund(100, 'seen-2', version)
  expect(first.status, first.text).toBe(201)
  const stale = await refund(100, 'seen-3', version)
  expect({ status: stale.status, code: stale.body.error.code }).toEqual({
    status: 409,
    code: 'version_stale',
  })
  expect(stale.body.error).toMatchObject({
    current_version: version + 1,
    payment: { id, amount_refunded: 100, version: version + 1 },
  })
  expect((await gateway.get(`/payments/${id}`)).body.amount_refunded).toBe(100)
  const again = await refund(100, 'seen-4', version + 1)
  expect(again.status, again.text).toBe(201)
})
