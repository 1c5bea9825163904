import { afterAll, beforeAll, expect, test } from 'vitest'
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
  for (let day = 5; day <= 11; day += 1) await moveTo(`2026-03-${String(day).padStart(2, '0')}T12:00:00Z`)
  await moveTo(END)
  // Stands for the worker: what webhooks would have told of payouts.
  for await (const payout of world.deps.stripe.payouts.list()) {
    await world.db.run(
      `INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created,
         balance_transaction, reconciliation_status, updated_at)
       VALUES ($1, $2, $3, $4, $5, 'standard', $6, $7, $8, 'completed', $7)`,
      [
        payout.id,
        payout.currency,
        payout.amount,
        payout.status,
        payout.automatic,
        new Date(payout.arrival_date * 1000),
        new Date(payout.created * 1000),
        payout.balance_transaction,
      ],
    )
  }
})

afterAll(async () => {
  await world.close()
  await stop()
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
