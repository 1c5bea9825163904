import { afterEach, beforeEach, expect, test } from 'vitest'
import { createNightlySchedule } from './nightly.ts'
import { certify } from './certify.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World

beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  await world.charge('b', '2026-03-02T11:00:00Z', 2_000)
  await world.payout('p', '2026-03-03T12:00:00Z', ['txn_a', 'txn_b'])
  world.moveTo('2026-03-05T12:00:00Z')
})

afterEach(async () => {
  await world.close()
})

const reconcile = async () => world.reconcile('2026-03-02', '2026-03-04')

const shown = (summary: Awaited<ReturnType<typeof reconcile>>) =>
  summary.exceptions.items.map(({ category, object, currency, expected, actual }) =>
    [category, object, currency, expected, actual].join(' '),
  )

const change = (id: string, set: object): void => {
  const row = world.stripe.rows.get(id)
  if (!row) throw new Error(`no ${id}`)
  world.stripe.rows.set(id, { ...row, ...set })
}

const night = async (at: string) => {
  world.moveTo(at)
  await createNightlySchedule(world.deps).enqueueDue(world.deps.env.clock.now())
  await world.worker().work()
  return world.db.rows<{ category: string; object: string }>(
    "SELECT category, object FROM exceptions WHERE status = 'open' ORDER BY category, object",
  )
}

test('an item in another currency is one currency_mismatch, and its money is not added to the payout', async () => {
  change('txn_a', { currency: 'eur' })
  expect(shown(await reconcile())).toEqual(['currency_mismatch txn_a eur 0 1000'])
  const check = await world.db.first<{ items_net: bigint }>('SELECT items_net FROM payout_checks')
  expect(check?.items_net).toBe(1_950n)
  const waiting = await world.db.rows(
    `SELECT c.currency, o.object, o.amount, o.state FROM certificate_outstanding o JOIN certificates c ON c.id = o.certificate_id
     WHERE c.business_date = '2026-03-02'`,
  )
  expect(waiting).toEqual([{ currency: 'gbp', object: 'ch_a', amount: 1_000n, state: 'exception' }])
})

test('an item of nobody is counted by the payout and hides no shortage of its own size', async () => {
  world.stripe.rows.set('txn_x', {
    id: 'txn_x',
    created: Date.parse('2026-03-02T12:00:00Z') / 1000,
    amount: 700,
    source: 'ch_nobody',
    payout: 'po_p',
  })
  expect(shown(await reconcile())).toEqual([
    'missing_in_ledger txn_x gbp 0 700',
    'payout_mismatch po_p gbp 2915 3615',
  ])
})

test('a row whose type became unknown stays that one exception in the runs after', async () => {
  expect(await night('2026-03-04T02:00:00Z')).toEqual([])
  change('txn_b', { reporting_category: 'alms' })
  const unknown = [{ category: 'unknown_type', object: 'txn_b' }]
  expect(shown(await world.reconcile('2026-03-02', '2026-03-02'))).toEqual(['unknown_type txn_b gbp 0 1950'])
  for (const at of ['2026-03-08T02:00:00Z', '2026-03-09T02:00:00Z']) expect(await night(at)).toEqual(unknown)
  // A run by hand over another date sees the charge without its row, and asks for it.
  expect(shown(await world.reconcile('2026-03-04', '2026-03-04'))).toEqual([])
  change('txn_b', { reporting_category: 'charge' })
  expect(await night('2026-03-10T02:00:00Z')).toEqual([])
})

test('a row of a date before all others, found as an item of a payout, is in every opening of the same run', async () => {
  const created = Date.parse('2026-02-10T12:00:00Z') / 1000
  world.stripe.rows.set('txn_old', {
    id: 'txn_old',
    created,
    amount: -90,
    type: 'stripe_fee',
    reporting_category: 'fee',
    payout: 'po_p',
  })
  const payout = world.stripe.objects.get('po_p')
  if (payout) world.stripe.objects.set('po_p', { ...payout, amount: 2_825 })
  change('txn_pp', { amount: -2_825 })
  const summary = await reconcile()
  expect(shown(summary)).toEqual([])
  const rows = await world.db.rows<{ date: string; opening: bigint; closing: bigint; clean: boolean }>(
    `SELECT business_date AS date, opening, closing, clean FROM certificates
     WHERE business_date IN ('2026-02-10', '2026-03-01', '2026-03-02', '2026-03-04') ORDER BY business_date`,
  )
  expect(rows).toEqual([
    { date: '2026-02-10', opening: 0n, closing: -90n, clean: true },
    { date: '2026-03-01', opening: -90n, closing: -90n, clean: true },
    { date: '2026-03-02', opening: -90n, closing: 2_825n, clean: true },
    { date: '2026-03-04', opening: 0n, closing: 0n, clean: true },
  ])
  expect((await certify(world.deps)).findings).toEqual([])
})

test('money at Stripe in a currency without any row is no clean date', async () => {
  Object.assign(world.stripe, { balanceBesides: new Map([['eur', 500]]) })
  const summary = await reconcile()
  expect(summary.dates.map(({ status }) => status)).toEqual(['clean', 'clean', 'exceptions'])
  const [eur] = await world.db.rows(
    'SELECT currency, closing, clean FROM certificates WHERE currency <> $1',
    ['gbp'],
  )
  expect(eur).toEqual({ currency: 'eur', closing: 0n, clean: false })
})

test('a row of the next date is no exception, and its settlement stands on its own date', async () => {
  change('txn_b', { created: Date.parse('2026-03-03T00:10:00Z') / 1000 })
  expect(shown(await reconcile())).toEqual([])
  const settled = await world.db.rows<{ source_id: string; date: string }>(
    `SELECT source_id, business_date AS date FROM journal_entries
     WHERE kind = 'settlement' AND source_id IN ('txn_a', 'txn_b') ORDER BY source_id`,
  )
  expect(settled).toEqual([
    { source_id: 'txn_a', date: '2026-03-02' },
    { source_id: 'txn_b', date: '2026-03-03' },
  ])
})
