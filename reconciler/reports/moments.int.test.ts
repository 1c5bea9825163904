import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken } from '#core/access/tokens.ts'
import { createRoot } from '#core/http/root.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import { reconcilerRoutes } from '../routes.ts'
import { createWorld, type World } from '../testing/world.ts'

const ACTIVITY = 'balance_change_from_activity.itemized'
const PAYOUTS = 'payout_reconciliation.itemized'
const UNPAID = 'ending_balance_reconciliation.itemized'

let world: World
let token: string

const get = async (path: string): Promise<Response> => {
  const root = createRoot(world.deps)
  root.route('/', reconcilerRoutes(world.deps))
  return root.request(`http://test/reconciliation/reports/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
}

const report = async (type: string, query: string): Promise<string> => {
  const answer = await get(`${type}?from=2026-03-02&to=2026-03-03${query}`)
  expect(answer.status).toBe(200)
  return answer.text()
}

const lines = (csv: string): Record<string, string>[] => parse(csv, { columns: true })

/** A card sale of ours whose charge `ch_a` Stripe made at 9:59, five seconds before our own record of it. */
const sellA = async (): Promise<void> => {
  const { db, deps } = world
  const at = new Date('2026-03-02T10:00:05Z')
  await db.run(
    `INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
       business_date, created_at, updated_at)
     VALUES ('sale_1', 't1', 'main', 'gbp', 1000, 0, 0, 0, 'open', $1, '2026-03-02', $1, $1)`,
    [at],
  )
  await db.run(
    `INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, status, capture_method,
       stripe_payment_intent, stripe_charge, card_brand, trace_id, accepted_at, created_at, updated_at)
     VALUES ('pay_1', 'sale_1', 't1', 'main', 'card', 'gbp', 1000, 'succeeded', 'automatic', 'pi_1', 'ch_a', 'visa',
       'trace', $1, $1, $1)`,
    [at],
  )
  await postEntry(deps.env, db, {
    kind: 'sale_card',
    sourceId: 'ch_a',
    occurredAt: at,
    businessDate: '2026-03-02',
    cause: { kind: 'call', id: 'test' },
    saleId: 'sale_1',
    paymentId: 'pay_1',
    postings: [
      { account: 'clearing:card', object: 'ch_a', currency: 'gbp', amountMinor: 1_000n },
      { account: 'revenue:sales', currency: 'gbp', amountMinor: -1_000n },
    ],
  })
}

const tellOfChargeA = async (): Promise<void> => {
  const event = { type: 'charge.succeeded', data: { object: { id: 'ch_a', created: 1_772_445_599 } } }
  const at = world.deps.env.clock.now()
  await world.db.run(
    `INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at,
       next_attempt_at, status)
     VALUES ('evt_a', 'charge.succeeded', 'charge', 'ch_a', 'webhook', $1, $2, $2, $2, 'processed')`,
    [JSON.stringify(event), at],
  )
}

/** By hand: a of ours, x of nobody, both paid out on 3 March; the run of 4 March at noon tells of all of it. */
beforeAll(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  token = (await createToken(world.deps.env, world.db, { name: 'finance', role: 'finance' })).token
  world.moveTo('2026-03-02T10:00:05Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000, 'stripe')
  await sellA()
  await world.charge('x', '2026-03-02T11:00:00Z', 2_000, 'stripe')
  await world.payout('p', '2026-03-03T12:00:00Z', ['txn_a', 'txn_x'])
  world.moveTo('2026-03-04T12:00:00Z')
  await world.reconcile('2026-03-02', '2026-03-03')
})

afterAll(async () => {
  await world.close()
})

test("a charge stands with its id also when it is of nobody, and with Stripe's own time of it or none", async () => {
  const columns = '&columns=balance_transaction_id,charge_id,charge_created_utc,payment_intent_id,till_id'
  const shown = async () =>
    lines(await report(ACTIVITY, columns)).map((line) => Object.values(line).join(' '))
  expect(await shown()).toEqual(['txn_a ch_a  pi_1 t1', 'txn_x ch_x   '])
  await tellOfChargeA()
  // By hand: 1,772,445,599 s is 9:59:59 of 2 March; ours was recorded at 10:00:05.
  expect(await shown()).toEqual(['txn_a ch_a 2026-03-02 09:59:59 pi_1 t1', 'txn_x ch_x   '])
})

test('a refund of ours stands with the charge that it gives back, from the moment on when our books had it', async () => {
  const asOf = '&as_of=2026-03-04T12:00:00Z&columns=balance_transaction_id,charge_id'
  world.moveTo('2026-03-04T13:00:00Z')
  world.stripe.rows.set('txn_ra', {
    ...{ id: 'txn_ra', created: 1_772_532_000, amount: -300, type: 'refund', source: 're_a' },
  })
  await postEntry(world.deps.env, world.db, {
    kind: 'refund',
    sourceId: 're_a',
    occurredAt: new Date('2026-03-03T10:00:00Z'),
    businessDate: '2026-03-03',
    cause: { kind: 'call', id: 'test' },
    saleId: 'sale_1',
    paymentId: 'pay_1',
    postings: [
      { account: 'clearing:refund', object: 're_a', currency: 'gbp', amountMinor: -300n },
      { account: 'revenue:refunds', currency: 'gbp', amountMinor: 300n },
    ],
  })
  await world.reconcile('2026-03-03', '2026-03-03')
  expect(lines(await report(ACTIVITY, '&columns=balance_transaction_id,charge_id'))).toEqual([
    { balance_transaction_id: 'txn_a', charge_id: 'ch_a' },
    { balance_transaction_id: 'txn_x', charge_id: 'ch_x' },
    { balance_transaction_id: 'txn_ra', charge_id: 'ch_a' },
  ])
  expect(lines(await report(ACTIVITY, asOf))).toHaveLength(2)
})

test('what a run had read but not yet published at that moment is not in the report of it', async () => {
  const asOf = '&as_of=2026-03-05T12:02:00Z'
  const types = ['balance_summary', ACTIVITY, PAYOUTS, UNPAID]
  world.moveTo('2026-03-05T12:02:00Z')
  const before = await Promise.all(types.map(async (type) => report(type, asOf)))
  // The run that was at work: begun at noon, it published at five past.
  world.moveTo('2026-03-05T12:00:00Z')
  await world.charge('late', '2026-03-02T12:00:00Z', 500)
  const changed = world.stripe.rows.get('txn_x')
  if (changed) changed.amount += 100
  await world.payout('q', '2026-03-03T15:00:00Z', ['txn_late', 'txn_ra'])
  const { run_id: id } = await world.reconcile('2026-03-02', '2026-03-04')
  await world.db.run('UPDATE reconciliation_runs SET finished_at = $2 WHERE id = $1', [
    id,
    new Date('2026-03-05T12:05:00Z'),
  ])
  world.moveTo('2026-03-05T13:00:00Z')
  expect(await Promise.all(types.map(async (type) => report(type, asOf)))).toEqual(before)
  const now = await Promise.all(types.map(async (type) => report(type, '')))
  expect(now[1]).toContain('txn_late')
  for (const [at, text] of now.entries()) expect(text).not.toBe(before[at])
  // 4 March was certified by that run: at two past it was not yet.
  const early = await get(`${ACTIVITY}?from=2026-03-02&to=2026-03-04${asOf}`)
  expect(early.status).toBe(409)
})

test('what is known only as it is now stands in the report of now, and in none of an earlier moment', async () => {
  const asOf = '&as_of=2026-03-05T12:30:00Z'
  const before = await report(PAYOUTS, asOf)
  await world.db.run(
    `UPDATE payouts SET arrival_at = arrival_at + interval '1 day', bank_trace_id = 'TRACE1',
       bank_trace_status = 'supported' WHERE id = 'po_p'`,
  )
  expect(await report(PAYOUTS, asOf)).toBe(before)
  expect(Object.keys(lines(before)[0] ?? {})).not.toContain('automatic_payout_effective_at')
  const [now] = lines(
    await report(
      PAYOUTS,
      '&columns=automatic_payout_id,automatic_payout_effective_at,trace_id,trace_id_status',
    ),
  )
  expect(now).toEqual({
    automatic_payout_id: 'po_p',
    // Made at noon of 3 March, due a day later, put off by another.
    automatic_payout_effective_at: '2026-03-05 12:00:00',
    trace_id: 'TRACE1',
    trace_id_status: 'supported',
  })
  const refused = await get(`${PAYOUTS}?from=2026-03-02&to=2026-03-03${asOf}&columns=net,trace_id`)
  expect(refused.status).toBe(422)
  expect(await refused.text()).toContain('known only as they are now, so not with as_of: trace_id')
})

test('a moment that has not been yet is refused: its report would not stay the same', async () => {
  const answer = await get(`${ACTIVITY}?from=2026-03-02&to=2026-03-03&as_of=2026-03-05T13:00:01Z`)
  expect(answer.status).toBe(422)
})
