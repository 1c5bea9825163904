import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type {} from '#core/testing/global-postgres.ts'
import { API, sale } from '../testing/a-sale.ts'
import { openDoor, type Door } from '../testing/open-door.ts'

let door: Door
let admin: string
let auditor: string

beforeAll(async () => {
  door = await openDoor()
  admin = await door.token('admin')
  auditor = await door.token('auditor')
})
afterAll(async () => {
  await door.close()
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
