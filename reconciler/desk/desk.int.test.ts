import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startReconciler } from '../main.ts'
import { createRatingSchedule } from './re-rate-exceptions.ts'
import { openDeskWorld, type DeskWorld, type Listed } from './testing/open-desk.ts'

let world: DeskWorld

const DATE = '2026-03-02'
const NOW = '2026-03-05T12:00:00.000Z'
const BULK = '/reconciliation/exceptions/bulk'

/** Twelve rows of nobody: p0 to p9 of 1.00, 2.00 ... 10.00 GBP an hour apart, one of 500.00 EUR, one of 20,000.00 GBP. */
beforeAll(async () => {
  world = await openDeskWorld('2026-03-01T00:00:00Z')
  for (let hour = 0; hour < 10; hour += 1)
    await world.charge(`p${hour}`, `${DATE}T1${hour}:00:00Z`, 100 * (hour + 1), 'stripe')
  await world.charge('eur', '2026-03-04T10:00:00Z', 50_000, 'stripe')
  const eur = world.stripe.rows.get('txn_eur')
  if (eur) world.stripe.rows.set('txn_eur', { ...eur, currency: 'eur' })
  await world.charge('big', '2026-03-05T11:00:00Z', 2_000_000, 'stripe')
  world.moveTo(NOW)
  await world.reconcile(DATE, '2026-03-05')
})
afterAll(async () => world.close())

const bulk = async (filter: object, expected: number, action: object, who: 'ann' | 'ben' | 'fay' = 'ann') =>
  world.send<{ count: number; done: number }>(BULK, { filter, expected_count: expected, action }, who)
const objects = ({ data }: Listed) => data.map(({ object }) => object)
const pages = async (query: string): Promise<string[]> => {
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: Listed = await world.list(`${query}${cursor === null ? '' : `&cursor=${cursor}`}`)
    seen.push(...objects(page))
    cursor = page.next_cursor
  } while (cursor !== null)
  return seen
}

test('age is counted from when the thing happened, not from when a run saw it', async () => {
  const old = await world.about('txn_p0')
  // 2 March 10:00 to 5 March 12:00 are 74 hours: older than 72 h is high, whatever the amount; critical at 120 h.
  expect([old.occurred_at, old.age_s, old.severity, old.difference]).toEqual([
    '2026-03-02T10:00:00.000Z',
    74 * 3_600,
    'high',
    100,
  ])
  expect(old.due_at).toBe('2026-03-06T12:00:00.000Z')
  expect((await world.about('txn_eur')).severity).toBe('high')
  expect((await world.about('txn_big')).severity).toBe('critical')
})

test('value at risk is a sum per currency, never over currencies', async () => {
  const { body } = await world.ask<Record<string, unknown>>('/reconciliation/exceptions/summary')
  expect(body).toMatchObject({
    count: 12,
    open: 12,
    overdue: 0,
    unassigned: 12,
    oldest_age_s: 74 * 3_600,
    value_at_risk: [
      { currency: 'eur', open: 1, amount: 50_000 },
      { currency: 'gbp', open: 11, amount: 2_005_500 },
    ],
    by_severity: [
      { severity: 'high', currency: 'eur', open: 1, amount: 50_000 },
      { severity: 'critical', currency: 'gbp', open: 1, amount: 2_000_000 },
      // p0 to p2 are 72 h old or more; p3 to p9 are younger.
      { severity: 'high', currency: 'gbp', open: 3, amount: 600 },
      { severity: 'medium', currency: 'gbp', open: 7, amount: 4_900 },
    ],
  })
  const listed = await world.list('currency=gbp&severity=high')
  expect([listed.count, listed.value_at_risk]).toEqual([3, [{ currency: 'gbp', open: 3, amount: 600 }]])
})

test.each([
  ['currency=eur', ['txn_eur']],
  ['severity=critical', ['txn_big']],
  ['amount_min=900&amount_max=1000', ['txn_p8', 'txn_p9']],
  [`from=${DATE}&to=${DATE}&amount_max=100`, ['txn_p0']],
  [`age_min_s=${73 * 3_600}`, ['txn_p0', 'txn_p1']],
  [`age_max_s=3600`, ['txn_big']],
  ['q=ch_p4', ['txn_p4']],
  ['q=txn_p4', ['txn_p4']],
  ['q=txn_p', []],
  ['owner=none&currency=eur', ['txn_eur']],
  ['owner=Nobody', []],
  ['status=resolved', []],
  ['status=pending_approval', []],
  ['overdue=true', []],
  ['category=payout_overdue', []],
])('%s finds %j', async (query, expected) => {
  expect(objects(await world.list(query)).sort()).toEqual(expected)
})

test.each([
  ['-age', ['txn_p0', 'txn_p1', 'txn_p2']],
  ['age', ['txn_big', 'txn_eur', 'txn_p9']],
  ['-amount', ['txn_big', 'txn_eur', 'txn_p9']],
  ['amount', ['txn_p0', 'txn_p1', 'txn_p2']],
  ['-date', ['txn_big', 'txn_eur']],
  ['-severity', ['txn_big']],
  ['due', ['txn_big']],
])('sorted by %s the first are %j, and pages of two hold each exactly once', async (sort, first) => {
  const all = await pages(`sort=${sort}&limit=100`)
  expect(all).toHaveLength(12)
  expect(all.slice(0, first.length)).toEqual(first)
  for (const limit of [1, 2, 5]) expect(await pages(`sort=${sort}&limit=${limit}`)).toEqual(all)
})

test('a cursor of another order is refused, and time between two pages moves nothing', async () => {
  const query = `sort=age&age_min_s=${73 * 3_600}&limit=1`
  const first = await world.list(query)
  world.moveTo('2026-03-05T13:00:00.000Z')
  const second = await world.list(`${query}&cursor=${first.next_cursor}`)
  world.moveTo(NOW)
  expect([...objects(first), ...objects(second), second.next_cursor]).toEqual(['txn_p1', 'txn_p0', null])
  const other = await world.ask(`/reconciliation/exceptions?sort=due&cursor=${first.next_cursor}`)
  expect([other.status, other.body.error?.code]).toEqual([422, 'query_invalid'])
})

test('an owner and a note stand on the list, each with its line of history', async () => {
  await world.act('txn_p9', 'assign', { owner: 'Ben' })
  await world.act('txn_p9', 'note', { text: 'Asked Stripe.\nTicket 7.' }, 'ben')
  const [listed] = (await world.list('owner=Ben')).data
  expect([listed?.object, listed?.owner, listed?.['last_note']]).toEqual([
    'txn_p9',
    'Ben',
    { text: 'Asked Stripe.\nTicket 7.', by: 'Ben', at: NOW },
  ])
  const one = await world.about('txn_p9')
  expect(one.history.slice(1)).toMatchObject([
    {
      change: 'assigned',
      by: { kind: 'person', name: 'Ann' },
      before: { owner: null },
      after: { owner: 'Ben' },
    },
    { change: 'noted', by: { kind: 'person', name: 'Ben' }, why: 'Asked Stripe.\nTicket 7.' },
  ])
  await world.act('txn_p9', 'assign', { owner: null })
  expect(objects(await world.list('owner=Ben'))).toEqual([])
})

test('a double click acts once: the second call is told what changed', async () => {
  const { id, version } = await world.about('txn_p8')
  const path = `/reconciliation/exceptions/${id}/note`
  const both = await Promise.all([1, 2].map(async () => world.send(path, { version, text: 'once' }, 'ann')))
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  const stale = both.find(({ status }) => status === 409)?.body.error
  expect(stale).toMatchObject({
    code: 'version_stale',
    current_version: version + 1,
    changed: [{ version: version + 1, change: 'noted', by: 'Ann', why: 'once' }],
  })
  expect(((await world.about('txn_p8'))['notes'] as unknown[]).length).toBe(1)
})

test('both sides stand beside each other, and what differs is named', async () => {
  const one = await world.about('txn_p4')
  expect(one).toMatchObject({
    stripe: { rows: [{ id: 'txn_p4', amount: 500, fee: 28, net: 472, source: 'ch_p4' }], payout: null },
    ledger: {
      movements: [],
      entries: [
        {
          kind: 'settlement',
          postings: [
            { account: 'stripe:balance', object: null, currency: 'gbp', amount: 472 },
            { account: 'suspense', object: 'txn_p4', currency: 'gbp', amount: -472 },
          ],
        },
      ],
    },
    differing: ['ledger'],
  })
})

test('a bulk action with the wrong count does nothing and says the right one', async () => {
  const wrong = await bulk({ currency: 'gbp' }, 10, { type: 'assign', owner: 'Cleo' })
  expect([wrong.status, wrong.body.error]).toMatchObject([409, { code: 'count_differs', count: 11 }])
  expect(objects(await world.list('owner=Cleo'))).toEqual([])
  const right = await bulk({ currency: 'gbp' }, 11, { type: 'assign', owner: 'Cleo' })
  expect([right.status, right.body]).toEqual([200, { count: 11, done: 11, pending_approval: 0 }])
  expect((await world.list('owner=Cleo')).count).toBe(11)
  const large = await bulk({ currency: 'gbp' }, 11, { type: 'assign', owner: null })
  expect(large.status).toBe(200)
})

test('a bulk action that one exception refuses does nothing with the others', async () => {
  // The reason fits rows of nobody; the one in suspense cannot be accepted.
  const answer = await bulk({ amount_max: 300 }, 3, {
    type: 'resolve',
    resolution: 'accept',
    reason: 'other',
    note: 'x',
  })
  expect([answer.status, answer.body.error?.code]).toEqual([409, 'invalid_state'])
  await world.act('txn_p1', 'resolve', { resolution: 'write_off', reason: 'other', note: 'x' })
  const mixed = await bulk({ amount_max: 300 }, 3, {
    type: 'resolve',
    resolution: 'write_off',
    reason: 'other',
    note: 'All of them.',
  })
  expect([mixed.status, mixed.body.error?.code]).toEqual([409, 'invalid_state'])
  expect(mixed.body.error?.['exception_id']).toBe((await world.about('txn_p1')).id)
  expect(objects(await world.list('status=pending_approval'))).toEqual(['txn_p1'])
  await world.act('txn_p1', 'reject', { note: 'Not now.' })
})

test('no more than the limit at once', async () => {
  Object.assign(world.deps.shop.exceptions, { bulk_limit: 11 })
  const answer = await bulk({}, 12, { type: 'assign', owner: 'Ben' })
  Object.assign(world.deps.shop.exceptions, { bulk_limit: 500 })
  expect([answer.status, answer.body.error]).toMatchObject([
    422,
    { code: 'bulk_too_large', count: 12, limit: 11 },
  ])
})

test('many are asked for, agreed to by a second person, and reopened together', async () => {
  const before = await world.open()
  const wish = { type: 'resolve', resolution: 'write_off', reason: 'other', note: 'Trial of the till.' }
  const asked = await bulk({ amount_max: 300 }, 3, wish)
  expect(asked.body).toEqual({ count: 3, done: 0, pending_approval: 3 })
  const own = await bulk({ status: 'pending_approval' }, 3, { type: 'approve' })
  expect([own.status, own.body.error?.code]).toEqual([403, 'second_person_required'])
  const tiers = [{ role: 'finance', currency: 'gbp', agrees_up_to: 177 }] as const
  Object.assign(world.deps.shop, { write_off_tiers: tiers })
  const { id: largest } = await world.about('txn_p2')
  const small = await bulk({ status: 'pending_approval' }, 3, { type: 'approve' }, 'fay')
  expect([small.status, small.body.error]).toMatchObject([
    403,
    { code: 'refund_over_limit', limit: 177, exception_id: largest },
  ])
  expect(await world.booked()).toEqual([])
  const agreed = await bulk({ status: 'pending_approval' }, 3, { type: 'approve', note: 'Yes.' }, 'ben')
  expect(agreed.body).toEqual({ count: 3, done: 3, pending_approval: 0 })
  // 100 - 22, 200 - 23 and 300 - 25 waited in suspense.
  expect(await world.booked()).toEqual(['revenue:reconciliation_gains gbp -530'])
  const back = await bulk({ status: 'resolved' }, 3, { type: 'reopen', note: 'No trial.' })
  expect(back.body).toEqual({ count: 3, done: 3, pending_approval: 0 })
  expect(await world.open()).toEqual(before)
})

test.each([
  ['POST', 'note', { text: 'x' }, 422],
  ['POST', 'note', { version: 1, text: '' }, 422],
  ['POST', 'note', { version: 1, text: 'x'.repeat(2_001) }, 422],
  ['POST', 'note', { version: 1, text: 'Card 4242 4242 4242 4242' }, 422],
  ['POST', 'assign', { version: 1 }, 422],
  ['POST', 'assign', { version: 1, owner: '' }, 422],
  ['POST', 'resolve', { version: 1, resolution: 'healed', reason: 'other', note: 'x' }, 422],
  ['POST', 'resolve', { version: 1, resolution: 'adjust', reason: 'other', note: 'x' }, 422],
  ['POST', 'resolve', { version: 1, resolution: 'accept', reason: 'other', note: 'x', account: 'bank' }, 422],
  ['POST', 'resolve', { version: 1, resolution: 'forced_match', reason: 'other', note: 'x' }, 422],
  ['POST', 'approve', { version: 0 }, 422],
] as const)('%s %s with %j answers %i', async (_method, verb, body, status) => {
  const { id } = await world.about('txn_p7')
  const answer = await world.send(`/reconciliation/exceptions/${id}/${verb}`, body, 'ben')
  expect(answer.status).toBe(status)
})

test('an unknown exception is not found, by any verb', async () => {
  for (const [verb, body] of [
    ['note', { version: 1, text: 'x' }],
    ['approve', { version: 1 }],
    ['reopen', { version: 1, note: 'x' }],
  ] as const) {
    const answer = await world.send(`/reconciliation/exceptions/exc_unknown/${verb}`, body, 'ben')
    expect([answer.status, answer.body.error?.code]).toEqual([404, 'not_found'])
  }
})

test('nobody changes history, notes, or what was asked for: not the services, not the owner', async () => {
  await world.act('txn_p6', 'note', { text: 'It stays.' })
  await world.act('txn_p6', 'resolve', { resolution: 'write_off', reason: 'other', note: 'x' })
  const owner = new pg.Client({ connectionString: world.database.ownerUrl })
  await owner.connect()
  const statements = [
    "UPDATE exception_history SET why = 'x'",
    'DELETE FROM exception_history',
    "UPDATE exception_notes SET text = 'x'",
    'DELETE FROM exception_notes',
    'TRUNCATE exception_notes',
  ]
  for (const sql of statements) {
    await expect(owner.query(sql), sql).rejects.toThrow()
    await expect(world.db.run(sql), sql).rejects.toThrow()
  }
  await owner.end()
  for (const sql of [
    "UPDATE exception_approvals SET plan = '[]'",
    "UPDATE exception_approvals SET requested_by = 'tok_x'",
    'DELETE FROM exception_approvals',
  ])
    await expect(world.db.run(sql), sql).rejects.toThrow('permission denied')
  await world.act('txn_p6', 'reject', { note: 'Enough.' })
})

test('age alone makes an exception worse between runs, once, at its moment, with a line of history', async () => {
  const schedule = createRatingSchedule(world.deps)
  const at = (time: string) => new Date(time)
  // p3 happened on 2 March 13:00 and is 72 h old on 5 March 13:00.
  expect(await schedule.nextDue(at(NOW))).toEqual(at('2026-03-05T13:00:00.000Z'))
  world.moveTo('2026-03-05T13:00:00.000Z')
  await Promise.all([1, 2, 3].map(async () => schedule.enqueueDue(world.deps.env.clock.now())))
  const worse = await world.about('txn_p3')
  expect([worse.severity, worse.due_at]).toEqual(['high', '2026-03-06T13:00:00.000Z'])
  expect(worse.history.filter(({ change }) => change === 'rerated')).toHaveLength(1)
  expect(worse.history.at(-1)).toMatchObject({
    by: { kind: 'age', name: null },
    before: { severity: 'medium' },
    after: { severity: 'high' },
  })
  expect((await world.about('txn_p4')).severity).toBe('medium')
  expect(await schedule.nextDue(world.deps.env.clock.now())).toEqual(at('2026-03-05T14:00:00.000Z'))
})

test('a run rates what grew older, and the reconciler itself does it between runs', async () => {
  world.moveTo('2026-03-05T14:30:00.000Z')
  await world.reconcile('2026-03-04', '2026-03-04')
  expect((await world.about('txn_p4')).severity).toBe('high')
  const service = await startReconciler(world.deps)
  world.moveTo('2026-03-05T15:00:00.000Z')
  await service.enqueueDue(world.deps.env.clock.now())
  expect((await world.about('txn_p5')).severity).toBe('high')
  await service.stop()
})

test('reasons are listed per category, and the note that some of them need', async () => {
  const { body } = await world.ask<{ data: { category: string; reasons: object[] }[] }>(
    '/reconciliation/exceptions/reasons',
  )
  expect(body.data).toHaveLength(14)
  for (const { reasons } of body.data)
    expect(reasons.at(-1)).toMatchObject({ code: 'other', note_required: true })
})
