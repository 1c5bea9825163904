import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApiDocument } from '#core/http/openapi.ts'
import { createRoot } from '#core/http/root.ts'
import { openDatabase } from '#core/postgres/db.ts'
import { ingestRoutes } from '../main.ts'
import { openGateway, type Answer, type TestGateway } from '../testing/open-gateway.ts'

let gateway: TestGateway
let cashier: string
let finance: string
let admin: string
let openSale: string
let paid: string
/** Codes of the OpenAPI document, by method and path. */
let documented: (method: string, path: string) => readonly string[]

beforeAll(async () => {
  gateway = await openGateway()
  cashier = await gateway.token('cashier')
  finance = await gateway.token('finance')
  admin = await gateway.token('admin')
  openSale = await newSale()
  const forCash = await newSale()
  paid = (await gateway.post(`/sales/${forCash}/tenders`, { type: 'cash', amount: 500 }, 'paid')).body.id
  documented = readCodes()
})
afterAll(async () => gateway.close())

const newSale = async (): Promise<string> => {
  const lines = [{ name: 'Loaf', quantity: 1, unit_amount: 500 }]
  return (await gateway.post('/sales', { till_id: 'till-1', currency: 'gbp', lines })).body.id
}

const readCodes = () => {
  const root = createRoot(gateway.deps)
  root.route('/payments/api', ingestRoutes(gateway.deps))
  const { paths } = openApiDocument(root) as {
    paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>
  }
  return (method: string, path: string) => {
    const found = Object.entries(paths).find(([template]) =>
      new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(`/payments/api${path}`),
    )
    const responses = found?.[1][method.toLowerCase()]?.responses ?? {}
    return Object.values(responses).flatMap(({ description }) => description.match(/^\w+(?=:)/gm) ?? [])
  }
}

const written = async () =>
  gateway.deps.db.first(
    `SELECT (SELECT count(*) FROM sales) AS sales, (SELECT count(*) FROM payments) AS payments,
            (SELECT count(*) FROM refunds) AS refunds, (SELECT count(*) FROM idempotency_keys) AS keys,
            (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM journal_entries) AS entries`,
  )

type Body = string | Uint8Array | object

interface Row {
  readonly name: string
  readonly method?: string
  readonly path: string | (() => string)
  readonly body?: Body
  readonly headers?: Record<string, string>
  /** The caller's token: a cashier's unless said. */
  readonly as?: () => string | undefined
  readonly want: readonly [status: number, code: string]
  readonly also?: (answer: Answer) => void
  /** No route: nothing is documented. */
  readonly noRoute?: true
}

const sale = (rest: object) => ({
  till_id: 'till-1',
  currency: 'gbp',
  lines: [{ name: 'Loaf', quantity: 1, unit_amount: 500 }],
  ...rest,
})
const line = (rest: object) => sale({ lines: [{ name: 'Loaf', quantity: 1, unit_amount: 500, ...rest }] })
const payment = (rest: object) => ({
  amount: 500,
  currency: 'gbp',
  till_id: 'till-1',
  payment_method: 'pm_card_visa',
  ...rest,
})
const raw = (json: string) => json
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
const manyKeys = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`k${n}`, 'v']))
const PAN = '4242424242424242'

const post = (
  name: string,
  path: Row['path'],
  body: Body,
  want: Row['want'],
  rest: Partial<Row> = {},
): Row => ({
  name,
  method: 'POST',
  path,
  body,
  want,
  ...rest,
})
const get = (name: string, path: Row['path'], want: Row['want'], rest: Partial<Row> = {}): Row => ({
  name,
  path,
  want,
  ...rest,
})

const tenders = () => `/sales/${openSale}/tenders`
const refunds = () => `/payments/${paid}/refunds`
const cash = (rest: object = {}) => ({ type: 'cash', amount: 500, ...rest })

const BODIES: Row[] = [
  post('truncated JSON', '/sales', raw('{"till_id":'), [400, 'malformed_json']),
  post('an empty body', '/sales', raw(''), [400, 'malformed_json']),
  post('invalid UTF-8', '/sales', Uint8Array.of(0x7b, 0xff, 0x7d), [400, 'invalid_utf8']),
  post('a byte order mark', '/sales', raw('\ufeff{}'), [400, 'invalid_utf8']),
  post('a key twice', '/sales', raw('{"till_id":"till-1","till_id":"till-2"}'), [400, 'duplicate_json_key']),
  post('a key twice, once escaped', '/sales', raw('{"a":1,"\\u0061":2}'), [400, 'duplicate_json_key']),
  post('__proto__', '/payments', raw('{"metadata":{"__proto__":"x"}}'), [422, 'forbidden_key']),
  post('constructor', '/payments', payment({ metadata: { constructor: 'x' } }), [422, 'forbidden_key']),
  post('21 levels', '/sales', raw(nested(21)), [422, 'too_complex']),
  post('30,000 levels', '/sales', raw(nested(30_000)), [422, 'too_complex']),
  post('201 keys', '/payments', payment({ metadata: manyKeys }), [422, 'too_complex']),
  post('more than 64 KB', '/sales', raw(' '.repeat(65_537)), [413, 'payload_too_large']),
  post('an array', '/sales', raw('[]'), [422, 'validation_failed']),
  post('null', '/sales', raw('null'), [422, 'validation_failed']),
  post('an unknown field', '/sales', sale({ status: 'closed' }), [422, 'validation_failed']),
  post('no lines', '/sales', sale({ lines: [] }), [422, 'validation_failed']),
  post('a till of another shop', '/sales', sale({ till_id: 'till-9' }), [422, 'validation_failed']),
  post('a sale in the future', '/sales', sale({ sold_at: '9999-01-01T00:00:00Z' }), [
    422,
    'validation_failed',
  ]),
  post('a date for an instant', '/sales', sale({ sold_at: '2026-03-02' }), [422, 'validation_failed']),
  post('half a loaf', '/sales', line({ quantity: 0.5 }), [422, 'validation_failed']),
  post('a string as amount', '/payments', payment({ amount: '500' }), [422, 'validation_failed']),
  post('a discount beyond the line', '/sales', line({ discount_amount: 501 }), [422, 'validation_failed']),
  post('less cash than due', tenders, cash({ received: 499 }), [422, 'validation_failed']),
  post('a reader instead of a card', tenders, { type: 'card', reader_id: 'tmr_1' }, [
    422,
    'validation_failed',
  ]),
]

const AMOUNTS: Row[] = [
  ...['0', '-0', '-1', '10.5', '1e400', '99999999999', '9007199254740993'].map((amount) =>
    post(
      `amount ${amount}`,
      '/payments',
      raw(`{"amount":${amount},"currency":"gbp","till_id":"till-1","payment_method":"pm_card_visa"}`),
      [422, 'amount_invalid'],
    ),
  ),
  post('a total of 0', '/sales', line({ unit_amount: 0 }), [422, 'amount_invalid']),
  post('a total out of range', '/sales', line({ quantity: 10_000, unit_amount: 99_999_999 }), [
    422,
    'amount_invalid',
  ]),
  post('KWD not a multiple of 10', '/payments', payment({ currency: 'kwd', amount: 1_005 }), [
    422,
    'currency_amount_invalid',
  ]),
  post('JPY with decimals', '/payments', payment({ currency: 'jpy', amount: 10.5 }), [
    422,
    'currency_amount_invalid',
  ]),
  post('an unknown currency', '/payments', payment({ currency: 'xyz' }), [422, 'currency_amount_invalid']),
  post('a currency in capitals', '/payments', payment({ currency: 'GBP' }), [422, 'currency_amount_invalid']),
]

const TEXTS: Row[] = [
  post('NUL', '/sales', line({ name: 'a\0b' }), [422, 'metadata_invalid']),
  post('a lone surrogate', '/payments', raw('{"metadata":{"a":"\\ud800"}}'), [422, 'metadata_invalid']),
  post('501 characters', '/payments', payment({ metadata: { a: 'x'.repeat(501) } }), [
    422,
    'metadata_invalid',
  ]),
  post('a key of 41 characters', '/payments', payment({ metadata: { ['k'.repeat(41)]: 'x' } }), [
    422,
    'metadata_invalid',
  ]),
  post(
    '51 metadata keys',
    '/payments',
    payment({ metadata: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`k${n}`, 'v'])) }),
    [422, 'metadata_invalid'],
  ),
  post('a metadata key of ours', '/payments', payment({ metadata: { tillwatch_payment: 'pay_x' } }), [
    422,
    'metadata_invalid',
  ]),
  post('a control character', '/sales', sale({ cashier_ref: 'a\nb' }), [422, 'metadata_invalid']),
  post('a card number', '/sales', sale({ customer_ref: PAN }), [422, 'pan_detected']),
  post('a card number with spaces', '/sales', line({ name: 'card 4242 4242 4242 4242' }), [
    422,
    'pan_detected',
  ]),
  post(
    'a card number with dashes',
    tenders,
    { type: 'check', amount: 500, reference: '5555-5555-5555-4444' },
    [422, 'pan_detected'],
  ),
  post('a card number as key', '/payments', payment({ metadata: { [PAN]: 'x' } }), [422, 'pan_detected']),
  get('a card number in a query', `/payments?q=${PAN}`, [422, 'pan_detected']),
]

const HEADERS: Row[] = [
  post('UTF-16', '/sales', sale({}), [415, 'unsupported_media_type'], {
    headers: { 'content-type': 'application/json; charset=utf-16' },
  }),
  post('a form', '/sales', raw('a=b'), [415, 'unsupported_media_type'], {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
  post('no content type', '/sales', new TextEncoder().encode('{}'), [415, 'unsupported_media_type'], {
    headers: { 'content-type': '' },
  }),
  post('no key', tenders, cash(), [400, 'idempotency_key_required'], { headers: { 'idempotency-key': '' } }),
  post('a key of 256 characters', tenders, cash(), [400, 'idempotency_key_invalid'], {
    headers: { 'idempotency-key': 'k'.repeat(256) },
  }),
  post('a key with a control character', refunds, {}, [400, 'idempotency_key_invalid'], {
    headers: { 'idempotency-key': 'a\tb' },
  }),
  post('a used key with another body', tenders, cash({ amount: 400 }), [422, 'idempotency_key_reused'], {
    headers: { 'idempotency-key': 'paid' },
  }),
]

const PATHS: Row[] = [
  get('a wrong method', '/sales/sale_x/cancel', [405, 'method_not_allowed'], {
    method: 'DELETE',
    noRoute: true,
    also: ({ headers }) => expect(headers.get('allow')).toBe('POST'),
  }),
  get('an unknown path', '/nowhere', [404, 'not_found'], { noRoute: true }),
  post('an unknown path by POST', '/nowhere', raw('x'), [404, 'not_found'], { noRoute: true }),
  get('an id of nobody', '/payments/pay_00000000000000000000000000', [404, 'not_found']),
  get('an id that is none', '/payments/1%00', [404, 'not_found']),
  get('a path that is no UTF-8', '/payments/%ff', [404, 'not_found']),
  get('a URL of 9 KB', `/payments?q=${'x'.repeat(9_000)}`, [414, 'uri_too_long']),
]

const QUERIES: Row[] = [
  ...[
    'limit=0',
    'limit=1000000000',
    'limit=1e1',
    'limit=',
    'cursor=x',
    `cursor=${Buffer.from('{"at":"2026-01-01T00:00:00Z","id":"\\u0000"}').toString('base64url')}`,
    'colour=red',
    'amount[gt]=5',
    'status=happy',
    'amount_min=-1',
    'amount_min=9&amount_max=8',
    'from=yesterday',
    'from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
    'from=2024-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
    'q=a%00b',
    "till_id=';--",
  ].map((query) => get(`?${query}`, `/payments?${query}`, [422, 'query_invalid'])),
  get('a filter where there is none', '/tills?a=b', [422, 'query_invalid']),
  get('a parameter twice', '/payments?limit=1&limit=2', [400, 'duplicate_parameter']),
  get('a balance at no instant', '/ledger/balances?at=now', [422, 'query_invalid'], { as: () => finance }),
]

const RIGHTS: Row[] = [
  get('no token', '/payments', [401, 'unauthenticated'], { as: () => undefined }),
  get('a garbled token', '/payments', [401, 'unauthenticated'], { as: () => 'tw_abc' }),
  get('a token with another secret', '/payments', [401, 'unauthenticated'], {
    as: () => `${cashier.slice(0, -4)}0000`,
  }),
  get('a token in the URL', '/payments?access_token=x', [400, 'token_in_url']),
  get('a token of ours anywhere in the URL', () => `/payments?q=${cashier}`, [400, 'token_in_url']),
  get('a Stripe key in the URL', '/payments?q=sk_test_abcdefgh', [400, 'token_in_url']),
  post('an admin who moves money', tenders, cash(), [403, 'forbidden'], { as: () => admin }),
  post('finance at the till', tenders, cash(), [403, 'forbidden'], { as: () => finance }),
  get('a cashier at the ledger', '/ledger/accounts', [403, 'forbidden']),
]

const STATES: Row[] = [
  post('more cash than due', tenders, cash({ amount: 501 }), [409, 'amount_exceeds_due']),
  post('more back than was taken', refunds, { amount: 501 }, [409, 'refund_exceeds_capture']),
  post('a capture of cash', () => `/payments/${paid}/capture`, {}, [409, 'invalid_state']),
  post('a cancel of cash', () => `/payments/${paid}/cancel`, {}, [409, 'invalid_state']),
  post('a confirm of a closed sale', () => `/payments/${paid}/confirm`, {}, [409, 'invalid_state']),
]

let keys = 0

const sendRow = async (row: Row): Promise<Answer> => {
  const path = typeof row.path === 'string' ? row.path : row.path()
  const token = row.as ? row.as() : cashier
  const headers = new Headers({ 'content-type': 'application/json', 'idempotency-key': `bad-${(keys += 1)}` })
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  for (const [name, value] of Object.entries(row.headers ?? {}))
    value === '' ? headers.delete(name) : headers.set(name, value)
  const isRaw = typeof row.body === 'string' || row.body instanceof Uint8Array
  const body = isRaw ? (row.body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(row.body)
  return gateway.send(path, {
    method: row.method ?? 'GET',
    headers,
    ...(row.method === 'POST' && body !== undefined ? { body } : {}),
  })
}

test.each([...BODIES, ...AMOUNTS, ...TEXTS, ...HEADERS, ...PATHS, ...QUERIES, ...RIGHTS, ...STATES])(
  '$name is $want and writes nothing',
  async (row) => {
    const before = await written()
    const answer = await sendRow(row)
    const [status, code] = row.want
    expect({ status: answer.status, code: answer.body?.error?.code }, answer.text).toEqual({ status, code })
    expect(answer.body.error.request_id).toMatch(/^req_/)
    expect(answer.headers.get('request-id')).toBe(answer.body.error.request_id)
    expect(answer.text).not.toContain(PAN)
    row.also?.(answer)
    expect(await written()).toEqual(before)
    if (row.noRoute) return
    const path = (typeof row.path === 'string' ? row.path : row.path()).split('?')[0] ?? ''
    expect(documented(row.method ?? 'GET', path)).toContain(code)
  },
)

test('a body in chunks without a length stops at 64 KB', async () => {
  const url = new URL(`${gateway.url}/sales`)
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${cashier}`, 'content-type': 'application/json' },
      },
      (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      },
    )
    sent.on('error', reject)
    for (let n = 0; n < 9; n += 1) sent.write(' '.repeat(8_192))
    sent.end()
  })
  expect(status).toBe(413)
})

test('a revoked token is refused by the next request', async () => {
  const token = await gateway.token('cashier')
  expect((await gateway.get('/tills', token)).status).toBe(200)
  await gateway.deps.db.run('UPDATE api_tokens SET revoked_at = $1 WHERE id = $2', [
    gateway.deps.env.clock.now(),
    `tok_${token.split('_')[1] ?? ''}`,
  ])
  expect((await gateway.get('/tills', token)).status).toBe(401)
})

test('every answer carries the security headers', async () => {
  const { headers } = await gateway.get('/nowhere')
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('a database that is away is 503 for every route, without a word about it', async () => {
  const db = openDatabase('postgres://nobody@127.0.0.1:9/nothing')
  const deps = { ...gateway.deps, db }
  const root = createRoot(deps)
  root.route('/payments/api', ingestRoutes(deps))
  const response = await root.request('/payments/api/tills', {
    headers: { authorization: `Bearer ${cashier}` },
  })
  await db.close()
  const { error } = (await response.json()) as { error: { code: string; message: string } }
  expect({ status: response.status, code: error.code }).toEqual({
    status: 503,
    code: 'storage_unavailable',
  })
  expect(error.message).not.toContain('127.0.0.1')
})
