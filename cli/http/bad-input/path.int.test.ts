import { afterAll, beforeAll, expect, test } from 'vitest'
import { API, openSale, sale } from '../testing/a-sale.ts'
import { expectRow, readDocumented, type Row } from '../testing/expect-refusal.ts'
import { openDoor, type Door } from '../testing/open-door.ts'

let door: Door
let documented: Awaited<ReturnType<typeof readDocumented>>

beforeAll(async () => {
  door = await openDoor()
  documented = await readDocumented(door)
})
afterAll(async () => door.close())

const NOBODY = '00000000000000000000000000'
const row = (method: string, path: string, want: Row['want'], rest: Partial<Row> = {}): Row => ({
  name: `${method} ${path}`,
  method,
  path,
  want,
  ...rest,
})

/** Sorted: the order in Allow means nothing. */
const allows =
  (...methods: string[]) =>
  ({ headers }: { headers: Headers }) =>
    expect((headers.get('allow') ?? '').split(', ').sort()).toEqual(methods)
const WRONG_METHOD: Row['want'] = [405, 'method_not_allowed']

const METHODS: Row[] = [
  row('DELETE', `${API}/sales`, WRONG_METHOD, { also: allows('GET', 'HEAD', 'POST') }),
  row('PUT', `${API}/sales`, WRONG_METHOD, { body: sale(), also: allows('GET', 'HEAD', 'POST') }),
  row('PATCH', `${API}/payments/pay_${NOBODY}`, WRONG_METHOD, { body: {}, also: allows('GET', 'HEAD') }),
  row('OPTIONS', `${API}/payments`, WRONG_METHOD, { also: allows('GET', 'HEAD', 'POST') }),
  row('GET', `${API}/sales/sale_x/cancel`, WRONG_METHOD, { also: allows('POST') }),
  row('GET', `${API}/payments/pay_x/refunds`, WRONG_METHOD, { also: allows('POST') }),
  row('POST', `${API}/tills`, WRONG_METHOD, { body: {}, also: allows('GET', 'HEAD') }),
  row('GET', '/payments/webhooks/stripe', WRONG_METHOD, { also: allows('POST') }),
  row('POST', '/healthz', WRONG_METHOD, { body: {}, also: allows('GET', 'HEAD') }),
  row('DELETE', '/openapi.json', WRONG_METHOD, { also: allows('GET', 'HEAD') }),
  row('DELETE', `${API}/sales`, WRONG_METHOD, { token: () => null, also: allows('GET', 'HEAD', 'POST') }),
]

const PATHS: Row[] = [
  ...['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'].map((method) =>
    row(
      method,
      '/nowhere',
      [404, 'not_found'],
      method === 'GET' ? {} : { body: 'x', headers: { 'content-type': null } },
    ),
  ),
  ...[
    '/nowhere',
    '/Payments',
    '/payments/',
    '/payments//',
    '//payments',
    `/payments/pay_${NOBODY}/nothing`,
    `/payments/pay_${NOBODY}`,
    `/payments/sale_${NOBODY}`,
    `/payments/PAY_${NOBODY}`,
    '/payments/1%00',
    '/payments/%ff',
    '/payments/pay_',
    '/payments/null',
    '/payments/__proto__',
    '/payments/constructor',
    "/payments/pay_0000'--",
    `/payments/pay_${'0'.repeat(81)}`,
    '/payments/{id}',
    '/payments/:id',
    '/payments/*',
    `/sales/sale_${NOBODY}`,
    `/refunds/rfd_${NOBODY}`,
  ].map((path) => row('GET', API + path, [404, 'not_found'])),
  row('POST', `${API}/sales/sale_${NOBODY}/cancel`, [404, 'not_found'], { body: {} }),
  row('POST', `${API}/sales/sale_${NOBODY}/tenders`, [404, 'not_found'], {
    body: { type: 'cash', amount: 1 },
  }),
  row('POST', `${API}/payments/pay_${NOBODY}/refunds`, [404, 'not_found'], { body: {} }),
  row('POST', `${API}/payments/pay_${NOBODY}/capture`, [404, 'not_found'], { body: {} }),
  row('POST', `${API}/payments/pay_${NOBODY}/notes`, [404, 'not_found'], { body: { text: 'a' } }),
  row('GET', `${API}/payments?q=${'x'.repeat(9_000)}`, [414, 'uri_too_long']),
  row('GET', `/${'x'.repeat(9_000)}`, [414, 'uri_too_long']),
]

test.each([...METHODS, ...PATHS])('$name is $want', async (one) => {
  await expectRow(door, documented, one)
})

test('HEAD is GET without its body, and no way around rights', async () => {
  const head = async (path: string, token?: null) =>
    door.send({ method: 'HEAD', path: API + path, ...(token === null ? { token } : {}) })
  expect(await head('/tills')).toMatchObject({ status: 200, text: '' })
  expect(await head('/tills', null)).toMatchObject({ status: 401, text: '' })
  expect(await head('/ledger/accounts')).toMatchObject({ status: 403, text: '' })
  expect(await head(`/sales/sale_${NOBODY}/cancel`)).toMatchObject({ status: 405, text: '' })
  expect(await head('/nowhere')).toMatchObject({ status: 404, text: '' })
})

test.each(['x-http-method-override', 'x-http-method', 'x-method-override'])(
  'no header makes a method another: %s',
  async (name) => {
    const id = await openSale(door)
    const before = await door.written()
    const read = await door.send({ path: `${API}/sales`, headers: { [name]: 'POST' } })
    expect(read).toMatchObject({ status: 200, body: { data: expect.any(Array) } })
    const gone = await door.send({
      path: `${API}/sales/${id}/cancel`,
      method: 'GET',
      headers: { [name]: 'POST' },
    })
    expect(gone.status).toBe(405)
    const asked = await door.send({ path: `${API}/sales/${id}?_method=DELETE` })
    expect(asked.status).toBe(422)
    expect(await door.written()).toEqual(before)
    expect((await door.send({ path: `${API}/sales/${id}` })).body.status).toBe('open')
  },
)

test('every answer carries the security headers, also what no route answers', async () => {
  for (const path of ['/nowhere', `${API}/tills`, '/payments/webhooks/stripe']) {
    const { headers } = await door.send({ path })
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
  }
})
