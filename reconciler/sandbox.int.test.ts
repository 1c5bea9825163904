import type Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { spawnChild } from '#core/engines/child.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { certify } from './certify.ts'
import { createWorld, type World } from './testing/world.ts'

const START = '2026-03-02T09:00:00.000Z'
const END = '2026-03-12T12:00:00Z'

let world: World
let url: string
let stop: () => Promise<void>

const control = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
  const response = await fetch(`${url}/_sandbox${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Moves the sandbox and the platform; steps of half a day let everything due happen at its own time. */
const moveTo = async (at: string): Promise<void> => {
  await control('POST', '/clock', { now: at })
  world.moveTo(at)
}

const sell = async (amount: number): Promise<void> => {
  const { stripe, env } = world.deps
  const intent = await stripe.paymentIntents.create({
    amount,
    currency: 'gbp',
    confirm: true,
    payment_method: 'pm_card_visa',
    allowed_payment_method_types: ['card'],
  })
  const charge = String(intent.latest_charge)
  await world.post('capture', charge, env.clock.now().toISOString(), 'clearing:card', amount)
}

const refund = async (amount: number): Promise<void> => {
  const { stripe, env } = world.deps
  const [charge] = (await stripe.charges.list({ limit: 1 })).data
  const made = await stripe.refunds.create({ charge: charge?.id ?? '', amount })
  await world.post('refund', made.id, env.clock.now().toISOString(), 'clearing:refund', -amount)
}

beforeAll(async () => {
  const folder = await makeTempFolder()
  const child = await spawnChild({
    name: 'Stripe sandbox',
    entry: new URL('../sandbox/main.ts', import.meta.url),
    args: ['--data', folder.path, '--clock-start', START],
  })
  url = `http://127.0.0.1:${child.port}`
  stop = async () => {
    await child.stop()
    await folder.remove()
  }
  world = await createWorld(START, url)
  await control('POST', '/clock', { speed: 0 })
  for (const date of ['2026-03-02', '2026-03-03', '2026-03-04']) {
    await moveTo(`${date}T10:00:00Z`)
    for (const amount of [1_000, 2_000, 3_000]) await sell(amount)
  }
  await moveTo('2026-03-04T11:00:00Z')
  await refund(400)
  for (let day = 5; day <= 11; day += 1) await moveTo(`2026-03-${String(day).padStart(2, '0')}T12:00:00Z`)
  await moveTo(END)
  // Stands for the worker: what webhooks would have told of payouts.
  for await (const payout of world.deps.stripe.payouts.list()) {
    await world.db.run(
      `INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created,
         balance_transaction, reconciliation_status, updated_at, bank_trace_id, bank_trace_status)
       VALUES ($1, $2, $3, $4, $5, 'standard', $6, $7, $8, 'completed', $7, $9, $10)`,
      [
        payout.id,
        payout.currency,
        payout.amount,
        payout.status,
        payout.automatic,
        new Date(payout.arrival_date * 1000),
        new Date(payout.created * 1000),
        payout.balance_transaction,
        payout.trace_id?.value,
        payout.trace_id?.status,
      ],
    )
  }
})

afterAll(async () => {
  await world.close()
  await stop()
})

afterEach(async () => {
  const { data } = await control<{ data: { id: string }[] }>('GET', '/edits')
  for (const { id } of data.toReversed()) await control('DELETE', `/edits/${id}`)
  if (data.length > 0) await reconcile()
})

const reconcile = async () => world.reconcile('2026-03-01', '2026-03-11')

test('certifies every date against the sandbox, down to its balance', async () => {
  const summary = await reconcile()
  expect(summary.exceptions.items).toEqual([])
  expect(summary.totals.find(({ category }) => category === 'charge')).toMatchObject({
    count: 9,
    amount: 18_000,
  })
  expect(summary.dates.map(({ status }) => status)).toEqual(Array.from({ length: 11 }, () => 'clean'))
  const last = await world.db.first<{ stripe_snapshot: { agrees: boolean } }>(
    'SELECT stripe_snapshot FROM certificates ORDER BY business_date DESC LIMIT 1',
  )
  expect(last?.stripe_snapshot.agrees).toBe(true)
  expect(summary.totals.find(({ category }) => category === 'payout')?.count).toBeGreaterThan(0)
})

interface Facts {
  readonly charge: Stripe.BalanceTransaction
  readonly refund: Stripe.BalanceTransaction
  readonly payout: Stripe.Payout
}

const factsOf = async (): Promise<Facts> => {
  const { stripe } = world.deps
  const charges = (await stripe.balanceTransactions.list({ limit: 100, type: 'charge' })).data
  const [refunded] = (await stripe.balanceTransactions.list({ type: 'refund' })).data
  const [payout] = (await stripe.payouts.list({ limit: 1 })).data
  // The oldest charge: it is an item of a completed payout.
  const charge = charges.at(-1)
  if (!charge || !refunded || !payout) throw new Error('too few rows')
  return { charge, refund: refunded, payout }
}

const row = (fields: object) => ({ amount: 500, fee: 0, currency: 'gbp', ...fields })
const change = (id: string, set: object) => ({ op: 'change', id, set })

/** Each edit alone: the exceptions that it is, `added` standing for the id of an added row. */
const EDITS: readonly [string, (facts: Facts) => object, (facts: Facts) => string[]][] = [
  [
    'a removed charge row',
    (f) => ({ op: 'remove', id: f.charge.id }),
    (f) => [`clearing_overdue ${String(f.charge.source)} ${f.charge.amount} 0`],
  ],
  [
    'a removed charge',
    (f) => ({ op: 'remove', id: f.charge.source }),
    (f) => [`missing_in_stripe ${String(f.charge.source)} ${f.charge.amount} 0`],
  ],
  [
    'a removed refund row',
    (f) => ({ op: 'remove', id: f.refund.id }),
    (f) => [`clearing_overdue ${String(f.refund.source)} -400 0`],
  ],
  [
    'a removed refund',
    (f) => ({ op: 'remove', id: f.refund.source }),
    (f) => [`missing_in_stripe ${String(f.refund.source)} -400 0`],
  ],
  [
    'a removed payout row',
    (f) => ({ op: 'remove', id: f.payout.balance_transaction }),
    (f) => [`clearing_overdue ${f.payout.id} ${-f.payout.amount} 0`],
  ],
  [
    'a removed payout',
    (f) => ({ op: 'remove', id: f.payout.id }),
    (f) => [`missing_in_stripe ${f.payout.id} ${-f.payout.amount} 0`],
  ],
  [
    'an added charge row without a source',
    (f) => ({
      op: 'add',
      balance_transaction: row({ type: 'charge', reporting_category: 'charge', created: f.charge.created }),
    }),
    () => ['missing_in_ledger added 0 500'],
  ],
  [
    'an added refund row of nobody',
    (f) => ({
      op: 'add',
      balance_transaction: row({
        type: 'refund',
        reporting_category: 'refund',
        amount: -70,
        source: 're_nobody1',
        created: f.charge.created,
      }),
    }),
    () => ['missing_in_ledger added 0 -70'],
  ],
  [
    'a second row of one charge',
    (f) => ({
      op: 'add',
      balance_transaction: row({
        type: 'charge',
        reporting_category: 'charge',
        amount: f.charge.amount,
        fee: f.charge.fee,
        source: f.charge.source,
        created: f.charge.created + 60,
      }),
    }),
    (f) => [`missing_in_ledger added 0 ${f.charge.amount}`],
  ],
  [
    'a fee that Stripe took',
    (f) => ({
      op: 'add',
      balance_transaction: row({
        type: 'stripe_fee',
        reporting_category: 'fee',
        amount: -90,
        created: f.charge.created,
      }),
    }),
    () => [],
  ],
  [
    'a row of an unknown type',
    (f) => ({
      op: 'add',
      balance_transaction: row({
        type: 'alms',
        reporting_category: 'alms',
        amount: 10,
        fee: 3,
        created: f.charge.created,
      }),
    }),
    () => ['unknown_type added 0 7'],
  ],
  [
    'an unknown category on a known row',
    (f) => change(f.charge.id, { reporting_category: 'alms' }),
    (f) => [`unknown_type ${f.charge.id} 0 ${f.charge.net}`],
  ],
  [
    'another amount',
    (f) => change(f.charge.id, { amount: f.charge.amount - 7 }),
    (f) => [`amount_mismatch ${f.charge.id} ${f.charge.amount} ${f.charge.amount - 7}`],
  ],
  [
    'an amount of nothing',
    (f) => change(f.refund.id, { amount: 0 }),
    (f) => [`amount_mismatch ${f.refund.id} -400 0`],
  ],
  [
    'an amount with the other sign',
    (f) => change(f.charge.id, { amount: -f.charge.amount }),
    (f) => [`amount_mismatch ${f.charge.id} ${f.charge.amount} ${-f.charge.amount}`],
  ],
  [
    'another amount of a refund',
    (f) => change(f.refund.id, { amount: -401 }),
    (f) => [`amount_mismatch ${f.refund.id} -400 -401`],
  ],
  [
    'another fee',
    (f) => change(f.charge.id, { fee: f.charge.fee + 1 }),
    (f) => [`fee_mismatch ${f.charge.id} ${f.charge.fee} ${f.charge.fee + 1}`],
  ],
  ['a fee on a refund', (f) => change(f.refund.id, { fee: 5 }), (f) => [`fee_mismatch ${f.refund.id} 0 5`]],
  [
    'another currency',
    (f) => change(f.charge.id, { currency: 'eur' }),
    (f) => [`currency_mismatch ${f.charge.id} 0 ${f.charge.amount}`],
  ],
  [
    'a held payout',
    (f) => ({ op: 'hold_payout', id: f.payout.id }),
    (f) => [`payout_overdue ${f.payout.id} ${f.payout.amount} 0`],
  ],
  [
    'a charge of nobody',
    (f) => ({ op: 'charge', amount: 700, currency: 'gbp', created: f.charge.created }),
    () => ['orphan_in_stripe added 0 700'],
  ],
  [
    'a charge of a payment that is none of ours',
    (f) => ({
      op: 'charge',
      amount: 700,
      currency: 'gbp',
      created: f.charge.created,
      metadata: { tillwatch_payment: 'pay_none' },
    }),
    () => ['orphan_in_stripe added 0 700'],
  ],
  [
    "a refund made in Stripe's dashboard",
    (f) => ({ op: 'refund_dashboard', charge: f.charge.source, amount: 50, created: f.charge.created + 60 }),
    () => ['missing_in_ledger added 0 -50'],
  ],
  [
    'the failure of a refund of nobody',
    (f) => ({
      op: 'add',
      balance_transaction: row({
        type: 'refund_failure',
        reporting_category: 'refund_failure',
        source: 're_nobody1',
        created: f.charge.created,
      }),
    }),
    () => ['missing_in_ledger added 0 500'],
  ],
  [
    'a charge that failed',
    (f) => change(String(f.charge.source), { status: 'failed' }),
    (f) => [`status_mismatch ${String(f.charge.source)} ${f.charge.amount} 0`],
  ],
  [
    'a refund that failed',
    (f) => change(String(f.refund.source), { status: 'failed' }),
    (f) => [`status_mismatch ${String(f.refund.source)} -400 0`],
  ],
  [
    'a payout that was canceled',
    (f) => change(f.payout.id, { status: 'canceled' }),
    (f) => [`status_mismatch ${f.payout.id} ${f.payout.amount} 0`],
  ],
  [
    'a charge in another currency',
    (f) => change(String(f.charge.source), { currency: 'eur' }),
    (f) => [`currency_mismatch ${f.charge.id} 0 ${f.charge.amount}`],
  ],
  [
    'a charge of which less was captured',
    (f) => change(String(f.charge.source), { amount_captured: f.charge.amount - 1 }),
    (f) => [`amount_mismatch ${f.charge.id} ${f.charge.amount} ${f.charge.amount - 1}`],
  ],
  [
    'another amount of a payout than of its row and items',
    (f) => change(f.payout.id, { amount: f.payout.amount + 9 }),
    (f) => [`payout_mismatch ${f.payout.id} ${f.payout.amount + 9} ${f.payout.amount}`],
  ],
  [
    'a row that lost its source',
    (f) => change(f.charge.id, { source: null }),
    (f) => [`missing_in_ledger ${f.charge.id} 0 ${f.charge.amount}`],
  ],
  [
    'a balance with less than its rows',
    () => ({ op: 'drift', currency: 'gbp', by: -250 }),
    () => ['balance_mismatch balance:gbp:2026-03-11 0 -250'],
  ],
  [
    'a balance in a currency without rows',
    () => ({ op: 'drift', currency: 'usd', by: 90 }),
    () => ['balance_mismatch balance:usd:2026-03-11 0 90'],
  ],
  [
    'a short payout',
    (f) => ({ op: 'short_payout', id: f.payout.id, by: 33 }),
    (f) => [`payout_mismatch ${f.payout.id} ${f.payout.amount - 33} ${f.payout.amount}`],
  ],
]

test.each(EDITS)(
  '%s is what it is and nothing else, once, until it is undone',
  async (_name, editOf, expectedOf) => {
    const facts = await factsOf()
    await reconcile()
    const count = async () =>
      (await world.db.first<{ n: number }>('SELECT count(*)::integer AS n FROM certificates'))?.n
    const before = await world.db.rows('SELECT * FROM certificates ORDER BY seq')
    const edit = await control<{
      id: string
      balance_transaction?: { id: string }
      ids?: Readonly<Record<string, string>>
    }>('POST', '/edits', editOf(facts))
    const addedId = edit.balance_transaction?.id ?? edit.ids?.['balance_transaction']
    const planted = await reconcile()
    const expected = expectedOf(facts)
    const shown = planted.exceptions.items.map(({ category, object, expected: should, actual }) =>
      [category, object === addedId ? 'added' : object, should, actual].join(' '),
    )
    expect(shown).toEqual(expected)
    const issued = await count()
    expect(issued).toBeGreaterThan(before.length)
    const again = await reconcile()
    expect([again.exceptions.opened, again.exceptions.healed, again.posted, await count()]).toEqual([
      0,
      0,
      0,
      issued,
    ])
    await control('DELETE', `/edits/${edit.id}`)
    const cured = await reconcile()
    expect([cured.exceptions.open, cured.exceptions.healed]).toEqual([0, expected.length])
    expect(cured.dates.every(({ status }) => status === 'clean')).toBe(true)
    expect((await world.db.rows('SELECT * FROM certificates ORDER BY seq')).slice(0, before.length)).toEqual(
      before,
    )
    const suspense = await world.db.rows<{ object: string | null }>(
      "SELECT currency, object FROM postings WHERE account = 'suspense' OR account LIKE 'clearing:%' GROUP BY account, object, currency HAVING sum(amount) <> 0",
    )
    expect(suspense.filter(({ object }) => !String(object).startsWith('po_'))).toEqual([])
    expect((await certify(world.deps)).findings).toEqual([])
  },
)

test('finds what the control plane removed, added, changed and held, exactly, and heals it when put back', async () => {
  const rows = await world.deps.stripe.balanceTransactions.list({ limit: 100, type: 'charge' })
  const [one, two, three, four] = rows.data
  const [payout] = (await world.deps.stripe.payouts.list({ limit: 1 })).data
  if (!one || !two || !three || !four || !payout) throw new Error('too few rows')
  const added = {
    type: 'charge',
    reporting_category: 'charge',
    amount: 500,
    currency: 'gbp',
    source: 'ch_nobody1',
  }
  const edits = [
    { op: 'remove', id: one.id },
    { op: 'remove', id: two.id },
    { op: 'remove', id: String(three.source) },
    { op: 'add', balance_transaction: { ...added, created: one.created } },
    { op: 'change', id: four.id, set: { amount: four.amount + 7 } },
    { op: 'hold_payout', id: payout.id },
  ]
  const made: string[] = []
  for (const edit of edits) made.push((await control<{ id: string }>('POST', '/edits', edit)).id)
  const planted = await reconcile()
  const addedRow = planted.exceptions.items.find(({ category }) => category === 'missing_in_ledger')
  expect(planted.exceptions.items.map(({ category, object }) => `${category} ${object}`).sort()).toEqual(
    [
      `clearing_overdue ${String(one.source)}`,
      `clearing_overdue ${String(two.source)}`,
      `missing_in_stripe ${String(three.source)}`,
      `missing_in_ledger ${addedRow?.object}`,
      `amount_mismatch ${four.id}`,
      `payout_overdue ${payout.id}`,
    ].sort(),
  )
  for (const id of made.toReversed()) await control('DELETE', `/edits/${id}`)
  const cured = await reconcile()
  expect([cured.exceptions.open, cured.exceptions.healed]).toEqual([0, 6])
  expect(cured.dates.every(({ status }) => status === 'clean')).toBe(true)
  expect((await certify(world.deps)).findings).toEqual([])
})
