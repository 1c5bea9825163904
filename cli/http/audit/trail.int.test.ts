import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type {} from '#core/testing/global-postgres.ts'
import { startTempSandbox } from '../../../ingest/testing/temp-sandbox.ts'
import { API, openSale, payment, paySale, sale } from '../testing/a-sale.ts'
import { openDoor, type Answer, type Door } from '../testing/open-door.ts'
import { plantExceptions } from '../testing/plant-exceptions.ts'

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let door: Door
let admin: string
let auditor: string

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date('2026-03-02T09:00:00.000Z'))
  door = await openDoor({ stripe: sandbox.url })
  admin = await door.token('admin')
  auditor = await door.token('auditor')
})
afterAll(async () => {
  await door.close()
  await sandbox.stop()
})

const asOwner = async (statement: string): Promise<void> => {
  const url = new URL(inject('testPostgres').ownerUrl)
  url.pathname = new URL(door.deps.db.pool.options.connectionString ?? '').pathname
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}

type Row = Readonly<Record<string, unknown>>

const rowsOf = async (requestId: string | null): Promise<Row[]> =>
  door.deps.db.rows<Row>('SELECT * FROM audit_entries WHERE request_id = $1 ORDER BY seq', [requestId])

const requestOf = ({ headers }: { headers: Headers }): string | null => headers.get('request-id')

test('a change is written down before it and after it: who, what, from where, before and after', async () => {
  const body = { role: 'finance', name: 'office' }
  const headers = { 'user-agent': 'a browser' }
  const answer = await door.send({ path: `${API}/tokens`, body, token: admin, headers })
  expect(answer.status).toBe(201)
  const [call, outcome, ...more] = await rowsOf(requestOf(answer))
  expect(more).toEqual([])
  const who = {
    actor_id: admin.split('_').slice(0, 2).join('_').replace(/^tw/, 'tok'),
    actor_name: 'admin',
    role: 'admin',
  }
  const where = { ip: '127.0.0.1', user_agent: 'a browser', route: 'POST /tokens', action: 'tokens.create' }
  expect(call).toMatchObject({ ...who, ...where, kind: 'call', after: body, status: null, object: null })
  expect(outcome).toMatchObject({
    ...who,
    ...where,
    kind: 'outcome',
    status: 201,
    code: null,
    object: answer.body.id,
  })
})

test('a money call is written down once, after it, with what was asked for; its key was the first record', async () => {
  const opened = await door.send({ path: `${API}/sales`, body: sale() })
  const tenders = `${API}/sales/${opened.body.id}/tenders`
  const paid = await door.send({ path: tenders, body: { type: 'cash', amount: 500 } })
  expect(paid.status).toBe(201)
  expect(await rowsOf(requestOf(paid))).toMatchObject([
    {
      kind: 'outcome',
      status: 201,
      action: 'sales.tenders',
      object: opened.body.id,
      after: {
        asked: { type: 'cash', amount: 500 },
        answer: { status: 'succeeded', amount: 500, currency: 'gbp' },
      },
    },
  ])
})

/** Sends a change; what the trail says of its object, before and after. */
const changed = async (path: string, body: object, token?: string): Promise<{ answer: Answer; row: Row }> => {
  const answer = await door.send({ path: API + path, body, ...(token ? { token } : {}) })
  const outcomes = (await rowsOf(requestOf(answer))).filter(({ kind }) => kind === 'outcome')
  expect(outcomes, answer.text).toHaveLength(1)
  return { answer, row: outcomes[0] ?? {} }
}

const pay = async (rest: object): Promise<{ id: string; sale_id: string }> => {
  const answer = await door.send({ path: `${API}/payments`, body: payment(rest) })
  expect(answer.status, answer.text).toBe(201)
  return answer.body
}

const GBP_5 = { amount: 500, amount_refunded: 0, currency: 'gbp' }

const AUTHORIZED = { status: 'requires_capture', amount_captured: 0, amount_refunded: 0, version: 2 }

test('a capture tells how the payment stood before it, and what came of it', async () => {
  const { id, sale_id } = await pay({ capture_method: 'manual' })
  const { row } = await changed(`/payments/${id}/capture`, { amount: 300 })
  expect(row).toMatchObject({ action: 'payments.capture', object: id, status: 200 })
  expect([row['before'], row['after']]).toEqual([
    AUTHORIZED,
    {
      asked: { amount: 300 },
      answer: { id, sale_id, ...GBP_5, status: 'succeeded', amount_captured: 300, version: 3 },
    },
  ])
})

test('a cancel tells how the payment stood before it, and what came of it', async () => {
  const { id, sale_id } = await pay({ capture_method: 'manual' })
  const { row } = await changed(`/payments/${id}/cancel`, {})
  expect(row).toMatchObject({ action: 'payments.cancel', object: id, status: 200 })
  expect([row['before'], row['after']]).toEqual([
    AUTHORIZED,
    { asked: {}, answer: { id, sale_id, ...GBP_5, status: 'canceled', amount_captured: 0, version: 3 } },
  ])
})

test('another attempt tells that the payment had failed before it, not that it was being tried', async () => {
  const { answer } = await changed('/payments', payment({ payment_method: 'pm_card_visa_chargeDeclined' }))
  const { id, sale_id } = answer.body.error.payment
  const { row } = await changed(`/payments/${id}/confirm`, { payment_method: 'pm_card_visa' })
  expect(row).toMatchObject({ action: 'payments.confirm', object: id, status: 200 })
  expect([row['before'], row['after']]).toEqual([
    { status: 'payment_failed', amount_captured: 0, amount_refunded: 0, version: 2 },
    {
      asked: { payment_method: 'pm_card_visa' },
      answer: { id, sale_id, ...GBP_5, status: 'succeeded', amount_captured: 500, version: 4 },
    },
  ])
})

test('a refund tells what had been taken and given back before it: by card, in cash, and refused', async () => {
  const { id: card } = await pay({})
  const { answer, row } = await changed(`/payments/${card}/refunds`, { amount: 200 })
  expect(row).toMatchObject({ action: 'payments.refunds', object: card, status: 201 })
  expect([row['before'], row['after']]).toEqual([
    { status: 'succeeded', amount_captured: 500, amount_refunded: 0, version: 2 },
    {
      asked: { amount: 200, reason: 'requested_by_customer', method: 'original' },
      answer: {
        id: answer.body.id,
        payment_id: card,
        sale_id: answer.body.sale_id,
        status: 'succeeded',
        amount: 200,
        currency: 'gbp',
      },
    },
  ])
  const again = await changed(`/payments/${card}/refunds`, { amount: 300 })
  expect(again.row['before']).toMatchObject({ amount_captured: 500, amount_refunded: 200 })
  const drawer = await paySale(door, 'before-a-refund')
  const cash = await changed(`/payments/${drawer}/refunds`, { amount: 500 })
  expect(cash.row['before']).toMatchObject({ status: 'succeeded', amount_captured: 500, amount_refunded: 0 })
  const refused = await changed(`/payments/${drawer}/refunds`, { amount: 1 })
  expect(refused.row).toMatchObject({ object: drawer, code: 'refund_exceeds_capture', before: null })
})

test('a refund that another person agrees to tells that it waited, and how the payment stood', async () => {
  door.shop.refund_tiers.push({ role: 'cashier', currency: 'gbp', alone_up_to: 100 })
  const id = await paySale(door, 'agreed-refund')
  const asked = await changed(`/payments/${id}/refunds`, { amount: 400 })
  door.shop.refund_tiers.pop()
  expect(asked.row).toMatchObject({ status: 202, object: id, before: { amount_refunded: 0 } })
  const manager = await door.token('manager')
  const approval = asked.answer.body.approval.id as string
  const { answer, row } = await changed(`/approvals/${approval}/approve`, {}, manager)
  expect([row['object'], row['before'], row['after']]).toEqual([
    approval,
    {
      status: 'pending',
      payment: { status: 'succeeded', amount_captured: 500, amount_refunded: 0, version: 1 },
    },
    { status: 'approved', refund: answer.body.id },
  ])
  const late = await changed(`/approvals/${approval}/reject`, { note: 'too late' }, manager)
  expect(late.row).toMatchObject({ object: approval, code: 'invalid_state', before: null, after: null })
})

test('a canceled sale tells that it was open before', async () => {
  const id = await openSale(door)
  const { row } = await changed(`/sales/${id}/cancel`, {})
  expect([row['object'], row['before'], row['after']]).toEqual([
    id,
    { status: 'open', amount_paid: 0 },
    { status: 'canceled', amount_paid: 0 },
  ])
  const { row: again } = await changed(`/sales/${id}/cancel`, {})
  expect(again['before']).toEqual({ status: 'canceled', amount_paid: 0 })
})

test('many exceptions at once tell of each how it was before and is after', async () => {
  const finance = await door.token('finance')
  const [one, two] = await plantExceptions(door)
  const body = {
    filter: { status: 'open', owner: 'Nobody Yet' },
    expected_count: 2,
    action: { type: 'assign', owner: 'Maria' },
  }
  const { row } = await changed('/reconciliation/exceptions/bulk', body, finance)
  const left = { status: 'open', resolution: null, reason: null, resolved_by: null, adjustment_entry: null }
  expect([row['object'], row['before'], row['after']]).toEqual([
    'exceptions',
    {
      exceptions: [
        { id: one, owner: 'Nobody Yet', version: 1, ...left },
        { id: two, owner: 'Nobody Yet', version: 4, ...left },
      ],
    },
    {
      ...body,
      count: 2,
      done: 2,
      pending_approval: 0,
      exceptions: [
        { id: one, owner: 'Maria', version: 2, ...left },
        { id: two, owner: 'Maria', version: 5, ...left },
      ],
    },
  ])
})

test('what was tried and is not allowed is written down with the one who tried; what was badly written is not', async () => {
  const refused = await door.send({ path: `${API}/tokens` })
  expect(refused.status).toBe(403)
  expect(await rowsOf(requestOf(refused))).toMatchObject([
    { kind: 'refused', role: 'cashier', action: 'tokens.read', status: 403, code: 'forbidden' },
  ])
  const wrong = await door.send({ path: `${API}/tokens`, body: { role: 'king' }, token: admin })
  expect(wrong.status).toBe(422)
  expect(await rowsOf(requestOf(wrong))).toEqual([])
})

test("a till that asks for another store's sale is written down, although it is told that there is none", async () => {
  const opened = await door.send({ path: `${API}/sales`, body: sale() })
  const other = await door.token('cashier', 'till-2')
  const asked = await door.send({ path: `${API}/sales/${opened.body.id}`, token: other })
  expect(asked.status).toBe(404)
  expect(await rowsOf(requestOf(asked))).toMatchObject([
    { kind: 'refused', object: opened.body.id, status: 404, code: 'not_found' },
  ])
})

test('a look at the trail is written down too, and its rows can be found by who, what, which and any word', async () => {
  const listed = await door.send({
    path: `${API}/audit?actor=admin&action=tokens.&kind=outcome`,
    token: auditor,
  })
  expect(listed.status).toBe(200)
  expect(listed.body.data).toMatchObject([{ action: 'tokens.create', kind: 'outcome' }])
  expect(await rowsOf(requestOf(listed))).toMatchObject([
    { kind: 'read', role: 'auditor', action: 'audit.read' },
  ])
  const [row] = listed.body.data
  const one = await door.send({ path: `${API}/audit/${row.id}`, token: auditor })
  expect(one.body).toMatchObject({ id: row.id, request: [{ kind: 'call' }] })
  const byWord = await door.send({ path: `${API}/audit?q=OFFICE&object=${row.object}`, token: auditor })
  expect(byWord.body.data).toHaveLength(1)
  expect((await door.send({ path: `${API}/audit?q=nobody-wrote-this`, token: admin })).body.data).toEqual([])
})

test('pages of the trail follow each other without a gap while rows are added', async () => {
  const first = await door.send({ path: `${API}/audit?limit=2`, token: auditor })
  const second = await door.send({
    path: `${API}/audit?limit=100&cursor=${first.body.next_cursor}`,
    token: auditor,
  })
  const ids = [...first.body.data, ...second.body.data].map(({ id }: { id: string }) => id)
  const known = await door.deps.db.rows<{ id: string }>('SELECT id FROM audit_entries ORDER BY seq DESC')
  expect(ids).toEqual(known.map(({ id }) => id).filter((id) => ids.includes(id)))
  // What was there at the first page, all of it: only its own row and the second page's came later.
  expect(ids.length).toBe(known.length - 2)
})

test('the export is CSV that no spreadsheet runs', async () => {
  await door.send({ path: `${API}/tokens`, body: { role: 'finance', name: '=1+1' }, token: admin })
  await door.send({ path: `${API}/audit?limit=1`, token: auditor, headers: { 'user-agent': '=cmd|calc' } })
  const exported = await door.send({ path: `${API}/audit/export?format=csv`, token: auditor })
  expect(exported.headers.get('content-type')).toBe('text/csv; charset=UTF-8')
  expect(exported.text.split('\n')[0]).toMatch(/^position,id,at,kind,actor_id/)
  expect(exported.text).toContain(",'=cmd|calc,")
  expect(exported.text).not.toContain(',=cmd')
})

test('no secret reaches the trail: of a token made, of a password, a PIN, a code, a card', async () => {
  const made = await door.send({ path: `${API}/tokens`, body: { role: 'finance', name: 'x' }, token: admin })
  await door.send({
    path: `${API}/me/password`,
    body: { current: 'correct horse battery', next: 'staple battery horse' },
    token: admin,
  })
  await door.send({
    path: `${API}/session`,
    body: { email: 'a@company.com', password: 'a wrong password 1' },
    token: null,
  })
  const all = await door.deps.db.rows<{ row: string }>('SELECT e::text AS row FROM audit_entries e')
  const text = JSON.stringify(all)
  for (const secret of [made.body.token, admin, 'correct horse', 'staple battery', 'a wrong password'])
    expect(text).not.toContain(secret)
})

test('only admin, auditor and manager read it, and nobody can change it over HTTP', async () => {
  for (const role of ['cashier', 'finance', 'oncall'] as const)
    expect((await door.send({ path: `${API}/audit`, token: await door.token(role) })).status).toBe(403)
  for (const method of ['POST', 'DELETE', 'PUT'])
    expect([404, 405]).toContain((await door.send({ method, path: `${API}/audit`, token: admin })).status)
})

test('without the trail nothing is changed: 503, and no token was made', async () => {
  const before = await door.written()
  await asOwner('ALTER TABLE audit_entries RENAME TO away')
  const answer = await door.send({
    path: `${API}/tokens`,
    body: { role: 'finance', name: 'unseen' },
    token: admin,
  })
  expect([answer.status, answer.body.error.code]).toEqual([503, 'storage_unavailable'])
  await asOwner('ALTER TABLE away RENAME TO audit_entries')
  expect(await door.written()).toEqual(before)
})
