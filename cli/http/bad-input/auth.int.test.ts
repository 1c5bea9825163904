import { afterAll, beforeAll, expect, test } from 'vitest'
import { API, cash, openSale, payment, paySale, sale } from '../testing/a-sale.ts'
import { expectRefusal, expectRow, readDocumented, type Row } from '../testing/expect-refusal.ts'
import { openDoor, type Door } from '../testing/open-door.ts'

let door: Door
let documented: Awaited<ReturnType<typeof readDocumented>>
let cashier: string
/** Bound to the till of another store. */
let stranger: string
let expired: string
let revoked: string
const of = new Map<string, string>()
let openId: string
let paidId: string
let refundId: string

beforeAll(async () => {
  door = await openDoor()
  documented = await readDocumented(door)
  cashier = await door.token('cashier')
  stranger = await door.token('cashier', 'till-2')
  for (const role of ['finance', 'admin', 'auditor', 'oncall'] as const) of.set(role, await door.token(role))
  expired = await door.token('cashier', undefined, door.deps.env.clock.now())
  revoked = await door.token('cashier')
  const id = `tok_${revoked.split('_')[1] ?? ''}`
  const revoke = { path: `${API}/tokens/${id}/revoke`, method: 'POST', token: of.get('admin') ?? null }
  expect((await door.send(revoke)).status).toBe(200)
  openId = await openSale(door)
  paidId = await paySale(door, 'used-key')
  refundId = (await door.send({ path: `${API}/payments/${paidId}/refunds`, body: { amount: 100 } })).body.id
})
afterAll(async () => door.close())

const row = (name: string, path: Row['path'], want: Row['want'], rest: Partial<Row> = {}): Row => ({
  name,
  path: typeof path === 'string' ? API + path : () => API + path(),
  want,
  ...rest,
})
const as = (role: string) => ({ token: () => of.get(role) ?? null })
const NOBODY: Row['want'] = [401, 'unauthenticated']
const GARBLED: [string, () => string][] = [
  ['an empty header', () => ''],
  ['a scheme without a token', () => 'Bearer'],
  ['a scheme and a space', () => 'Bearer '],
  ['a token without a scheme', () => cashier],
  ['Basic', () => `Basic ${Buffer.from(`${cashier}:`).toString('base64')}`],
  ['a token under another scheme', () => `Token ${cashier}`],
  ['a garbled token', () => 'Bearer tw_abc'],
  ['a token cut short', () => `Bearer ${cashier.slice(0, -1)}`],
  ['a token with a tail', () => `Bearer ${cashier}0`],
  ['a token in capitals', () => `Bearer ${cashier.toUpperCase()}`],
  [
    'a token with another secret',
    () => `Bearer ${cashier.slice(0, -4)}${cashier.endsWith('0000') ? '1111' : '0000'}`,
  ],
  [
    'a secret under another id',
    () => `Bearer ${[...(of.get('admin') ?? '').split('_').slice(0, 2), cashier.split('_')[2]].join('_')}`,
  ],
  ['two tokens', () => `Bearer ${cashier}, Bearer ${cashier}`],
  ['a JWT with alg none', () => 'Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ.'],
  ['SQL', () => "Bearer ' OR 1=1 --"],
  ['an expired token', () => `Bearer ${expired}`],
  ['a revoked token', () => `Bearer ${revoked}`],
]

test.each(GARBLED)('%s is nobody', async (_name, authorization) => {
  const before = await door.written()
  for (const call of [{ path: `${API}/tills` }, { path: `${API}/payments`, body: payment() }]) {
    const answer = await door.send({ ...call, headers: { authorization: authorization() } })
    expectRefusal(answer, ...NOBODY)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  }
  expect(await door.written()).toEqual(before)
})

const IN_URL: Row['want'] = [400, 'token_in_url']
const FORBIDDEN: Row['want'] = [403, 'forbidden']
const MISSING: Row['want'] = [404, 'not_found']
const tenders = () => `/sales/${openId}/tenders`
const refunds = () => `/payments/${paidId}/refunds`
const key = (text: string | null) => ({ headers: { 'idempotency-key': text } })
const byStranger = { token: () => stranger }

const ROWS: Row[] = [
  row('no token', '/payments', NOBODY, { token: () => null }),
  row('no token and a broken body', '/sales', NOBODY, { token: () => null, body: '{' }),
  row('a token in the URL', '/payments?access_token=x', IN_URL),
  row('a token in the URL, in capitals', '/payments?Token=x', IN_URL),
  row('a token of ours in a filter', () => `/payments?q=${cashier}`, IN_URL),
  row('a token of ours, escaped', () => `/payments?q=%74${cashier.slice(1)}`, IN_URL),
  row('a token of ours in the path', () => `/payments/${cashier}`, IN_URL),
  row('a token of ours in the path, escaped', () => `/payments/%74${cashier.slice(1)}`, IN_URL),
  row('a token in the URL of a caller without one', () => `/payments?q=${cashier}`, IN_URL, {
    token: () => null,
  }),
  row('a Stripe key in the URL', '/payments?q=sk_test_abcdefgh', IN_URL),
  row('an admin who moves money', tenders, FORBIDDEN, { body: cash(), ...as('admin') }),
  row('finance at the till', tenders, FORBIDDEN, { body: cash(), ...as('finance') }),
  row('an auditor who writes', () => `/payments/${paidId}/notes`, FORBIDDEN, {
    body: { text: 'a' },
    ...as('auditor'),
  }),
  row('on-call who refunds', refunds, FORBIDDEN, { body: {}, ...as('oncall') }),
  row('a cashier at the ledger', '/ledger/accounts', FORBIDDEN),
  row('a cashier who makes tokens', '/tokens', FORBIDDEN, { body: { role: 'admin', name: 'me' } }),
  row('a cashier who reads deliveries', '/webhooks', FORBIDDEN),
  row('a caller without rights and with a broken body', '/tokens', FORBIDDEN, { body: '{' }),
  row("another store's sale", () => `/sales/${openId}`, MISSING, byStranger),
  row("another store's payment", () => `/payments/${paidId}`, MISSING, byStranger),
  row("another store's refund", () => `/refunds/${refundId}`, MISSING, byStranger),
  row("a tender on another store's sale", tenders, MISSING, { body: cash(), ...byStranger }),
  row("a cancel of another store's sale", () => `/sales/${openId}/cancel`, MISSING, {
    body: {},
    ...byStranger,
  }),
  row("a refund of another store's payment", refunds, MISSING, { body: { amount: 1 }, ...byStranger }),
  row("a capture of another store's payment", () => `/payments/${paidId}/capture`, MISSING, {
    body: {},
    ...byStranger,
  }),
  row("a note on another store's payment", () => `/payments/${paidId}/notes`, MISSING, {
    body: { text: 'a' },
    ...byStranger,
  }),
  row("a sync of another store's payment", () => `/payments/${paidId}/sync`, MISSING, {
    body: {},
    ...byStranger,
  }),
  row("a sale on another store's till", '/sales', [422, 'validation_failed'], {
    body: sale(),
    ...byStranger,
  }),
  row('no key', tenders, [400, 'idempotency_key_required'], { body: cash(), ...key(null) }),
  row('an empty key', tenders, [400, 'idempotency_key_required'], { body: cash(), ...key('') }),
  row('no key for a payment', '/payments', [400, 'idempotency_key_required'], {
    body: payment(),
    ...key(null),
  }),
  row('a key of 256 characters', tenders, [400, 'idempotency_key_invalid'], {
    body: cash(),
    ...key('k'.repeat(256)),
  }),
  row('a key with a control character', refunds, [400, 'idempotency_key_invalid'], {
    body: {},
    ...key('a\tb'),
  }),
  row('a key beyond ASCII', refunds, [400, 'idempotency_key_invalid'], { body: {}, ...key('caf\u00e9') }),
  row('a used key with another body', tenders, [422, 'idempotency_key_reused'], {
    body: cash({ amount: 400 }),
    ...key('used-key'),
  }),
  row('a used key on another path', refunds, [422, 'idempotency_key_reused'], {
    body: {},
    ...key('used-key'),
  }),
  row('a used key of another caller', refunds, [422, 'idempotency_key_reused'], {
    body: {},
    ...key('used-key'),
    ...as('finance'),
  }),
]

test.each(ROWS)('$name is $want and writes nothing', async (one) => {
  await expectRow(door, documented, one)
})

test("another store's rows are in no list", async () => {
  for (const list of ['/sales', '/payments', '/sales?till_id=till-1', '/payments?till_id=till-1'])
    expect((await door.send({ path: API + list, token: stranger })).body).toEqual({
      data: [],
      next_cursor: null,
    })
  const tills = await door.send({ path: `${API}/tills`, token: stranger })
  expect(tills.body.data.map(({ id }: { id: string }) => id)).toEqual(['till-2'])
})

test('a key of 255 characters is a key', async () => {
  const path = `${API}/sales/${await openSale(door)}/tenders`
  const answer = await door.send({ path, body: cash(), headers: { 'idempotency-key': 'k'.repeat(255) } })
  expect(answer.status).toBe(201)
})
