import { afterEach, expect, test } from 'vitest'
import { createWorld, type World } from './testing/world.ts'

let world: World | undefined

afterEach(async () => {
  await world?.close()
  world = undefined
})

/** Three dates of two charges each, a refund on the second, one payout of the first two dates' charges on the third. */
const threeDates = async (): Promise<World> => {
  const made = await createWorld('2026-03-01T00:00:00Z')
  world = made
  await made.charge('a1', '2026-03-02T10:00:00Z', 1_000)
  await made.charge('a2', '2026-03-02T11:00:00Z', 2_000)
  await made.charge('b1', '2026-03-03T10:00:00Z', 3_000)
  await made.charge('b2', '2026-03-03T11:00:00Z', 4_000)
  await made.refund('b1', '2026-03-03T12:00:00Z', 500)
  await made.charge('c1', '2026-03-04T10:00:00Z', 5_000)
  await made.charge('c2', '2026-03-04T11:00:00Z', 6_000)
  await made.payout('c', '2026-03-04T12:00:00Z', ['txn_a1', 'txn_a2', 'txn_b1'])
  made.moveTo('2026-03-08T12:00:00Z')
  return made
}

const closings = async ({ db }: World) =>
  db.rows<{ date: string; version: number; opening: bigint; closing: bigint; clean: boolean }>(
    `SELECT business_date AS date, version, opening, closing, clean FROM certificates ORDER BY seq`,
  )

const balanceOf = async ({ db }: World, account: string) =>
  (
    await db.first<{ sum: bigint }>(
      'SELECT coalesce(sum(amount), 0)::bigint AS sum FROM postings WHERE account = $1',
      [account],
    )
  )?.sum

const found = (items: readonly { category: string; object: string }[]) =>
  items.map(({ category, object }) => `${category} ${object}`).sort()

test('pairs, settles and certifies every finished date, and a second run adds nothing', async () => {
  const w = await threeDates()
  const first = await w.reconcile('2026-03-01', '2026-03-05')
  expect(first.exceptions.items).toEqual([])
  expect(first.matched).toBe(8)
  expect(first.outstanding.count).toBe(0)
  expect(first.dates.map(({ date, status, certificates }) => [date, status, certificates.length])).toEqual([
    ['2026-03-01', 'clean', 0],
    ['2026-03-02', 'clean', 1],
    ['2026-03-03', 'clean', 1],
    ['2026-03-04', 'clean', 1],
    ['2026-03-05', 'clean', 1],
  ])
  // 1000 - 35, 2000 - 50 | 3000 - 65, 4000 - 80, -500 | 5000 - 95, 6000 - 110, payout of 965 + 1950 + 2935 = 5850
  expect(await closings(w)).toEqual([
    { date: '2026-03-02', version: 1, opening: 0n, closing: 2_915n, clean: true },
    { date: '2026-03-03', version: 1, opening: 2_915n, closing: 9_270n, clean: true },
    { date: '2026-03-04', version: 1, opening: 9_270n, closing: 14_215n, clean: true },
    { date: '2026-03-05', version: 1, opening: 14_215n, closing: 14_215n, clean: true },
  ])
  expect(await balanceOf(w, 'stripe:balance')).toBe(14_215n)
  expect(await balanceOf(w, 'clearing:card')).toBe(0n)
  expect(await balanceOf(w, 'expense:stripe_fees')).toBe(435n)
  expect(await balanceOf(w, 'suspense')).toBe(0n)
  const second = await w.reconcile('2026-03-01', '2026-03-05')
  expect(second.posted).toBe(0)
  expect(second.exceptions.opened).toBe(0)
  expect(await closings(w)).toHaveLength(4)
})

test('finds removed, added and changed rows and a held payout, each in its category, and heals them when put back', async () => {
  const w = await threeDates()
  await w.reconcile('2026-03-02', '2026-03-05')
  const { rows, objects } = w.stripe
  const [a1, c1, b2] = ['txn_a1', 'txn_c1', 'txn_b2'].map((id) => rows.get(id))
  rows.delete('txn_a1')
  rows.delete('txn_c1')
  objects.delete('ch_c1')
  rows.set('txn_x', {
    id: 'txn_x',
    created: Date.parse('2026-03-03T15:00:00Z') / 1000,
    amount: 700,
    source: 'ch_nobody',
  })
  rows.set('txn_y', {
    id: 'txn_y',
    created: Date.parse('2026-03-03T16:00:00Z') / 1000,
    amount: 10,
    type: 'alms',
  })
  rows.set('txn_b2', { ...b2, id: 'txn_b2', created: b2?.created ?? 0, amount: 4_100, fee: 80 })
  const payout = objects.get('po_c')
  objects.set('po_c', { ...payout, id: 'po_c', created: payout?.created ?? 0, status: 'in_transit' })
  const planted = await w.reconcile('2026-03-02', '2026-03-05')
  expect(found(planted.exceptions.items)).toEqual([
    'amount_mismatch txn_b2',
    'clearing_overdue ch_a1',
    'missing_in_ledger txn_x',
    'missing_in_stripe ch_c1',
    'payout_overdue po_c',
    'unknown_type txn_y',
  ])
  expect(planted.exceptions.items.find(({ object }) => object === 'txn_b2')).toMatchObject({
    expected: 4_000,
    actual: 4_100,
    difference: 100,
    date: '2026-03-03',
  })
  // stripe:balance follows Stripe's rows whatever they are: 14215 - 965 - 4905 + 700 + 10 + 100
  expect(await balanceOf(w, 'stripe:balance')).toBe(9_155n)
  expect(await balanceOf(w, 'suspense')).toBe(-810n)
  const again = await w.reconcile('2026-03-02', '2026-03-05')
  expect([again.exceptions.opened, again.posted, again.exceptions.open]).toEqual([0, 0, 6])

  if (a1 && c1 && b2 && payout) {
    rows.set('txn_a1', a1)
    rows.set('txn_c1', c1)
    rows.set('txn_b2', b2)
    objects.set('po_c', payout)
  }
  objects.set('ch_c1', { id: 'ch_c1', object: 'charge', created: 0, balance_transaction: 'txn_c1' })
  rows.delete('txn_x')
  rows.delete('txn_y')
  const cured = await w.reconcile('2026-03-02', '2026-03-05')
  expect([cured.exceptions.open, cured.exceptions.healed]).toEqual([0, 6])
  expect(cured.dates.map(({ status }) => status)).toEqual(['clean', 'clean', 'clean', 'clean'])
  expect(await balanceOf(w, 'stripe:balance')).toBe(14_215n)
  expect(await balanceOf(w, 'suspense')).toBe(0n)
  const history = await w.db.rows<{ change: string; n: number }>(
    'SELECT change, count(*)::integer AS n FROM exception_history GROUP BY change ORDER BY change',
  )
  expect(history).toEqual([
    { change: 'opened', n: 6 },
    { change: 'resolved', n: 6 },
  ])
})

test('a payout that is short of its items is one payout_mismatch of what is missing', async () => {
  const w = await threeDates()
  const payout = w.stripe.objects.get('po_c')
  const own = w.stripe.rows.get('txn_pc')
  if (payout) w.stripe.objects.set('po_c', { ...payout, amount: 5_800 })
  if (own) w.stripe.rows.set('txn_pc', { ...own, amount: -5_800 })
  const summary = await w.reconcile('2026-03-02', '2026-03-05')
  expect(summary.exceptions.items).toEqual([
    {
      category: 'payout_mismatch',
      object: 'po_c',
      currency: 'gbp',
      expected: 5_800,
      actual: 5_850,
      difference: 50,
      date: '2026-03-04',
    },
  ])
})

test('a movement before its due time is timing and no exception; a fee off the rate card is one', async () => {
  const w = await threeDates()
  await w.charge('late', '2026-03-08T11:00:00Z', 900, 'ledger')
  const fee = w.stripe.rows.get('txn_a2')
  if (fee) w.stripe.rows.set('txn_a2', { ...fee, fee: 51 })
  const summary = await w.reconcile('2026-03-02', '2026-03-08')
  expect(summary.outstanding).toEqual({ count: 1, by_currency: { gbp: 1 } })
  expect(summary.dates.at(-1)).toEqual({ date: '2026-03-08', status: 'open', certificates: [] })
  expect(summary.exceptions.items).toEqual([
    {
      category: 'fee_mismatch',
      object: 'txn_a2',
      currency: 'gbp',
      expected: 50,
      actual: 51,
      difference: 1,
      date: '2026-03-02',
    },
  ])
})

test('a row that appears later makes version 2 which names it, and carries on to the dates after it', async () => {
  const w = await threeDates()
  await w.reconcile('2026-03-02', '2026-03-04')
  await w.charge('d', '2026-03-03T18:00:00Z', 1_000)
  await w.reconcile('2026-03-03', '2026-03-03')
  const rows = await w.db.rows<{ date: string; version: number; changes: unknown; closing: bigint }>(
    'SELECT business_date AS date, version, changes, closing FROM certificates WHERE version = 2 ORDER BY seq',
  )
  expect(rows).toMatchObject([
    {
      date: '2026-03-03',
      version: 2,
      closing: 10_235n,
      changes: [
        {
          what: 'row',
          id: 'txn_d',
          change: 'appeared',
          fields: { amount: [null, '1000'], source: [null, 'ch_d'] },
        },
        { what: 'ledger', change: 'changed' },
      ],
    },
    {
      date: '2026-03-04',
      version: 2,
      closing: 15_180n,
      changes: [{ what: 'opening' }],
    },
  ])
})

test('a page that fails stores the run as failed and publishes nothing', async () => {
  const w = await threeDates()
  w.stripe.failOn = 'starting_after'
  await expect(w.reconcile('2026-03-02', '2026-03-04', { pageSize: 2 })).rejects.toThrow('failed')
  expect(await w.db.rows('SELECT 1 FROM balance_transactions')).toEqual([])
  const run = await w.db.first<{ error: string; error_code: string }>(
    "SELECT error, error_code FROM reconciliation_runs WHERE status = 'failed'",
  )
  expect(run?.error).toContain('out of order')
  expect(run?.error_code).toBe('provider_unavailable')
})

test('a dry run reports the same and writes only its own row', async () => {
  const w = await threeDates()
  const summary = await w.reconcile('2026-03-02', '2026-03-04', { dryRun: true })
  expect([summary.matched, summary.posted]).toEqual([8, 8])
  for (const table of ['balance_transactions', 'pairings', 'certificates', 'payout_items']) {
    expect(await w.db.rows(`SELECT 1 FROM ${table}`)).toEqual([])
  }
})

test('pages of 1 and of 100 rows give the same contents', async () => {
  const contents: unknown[] = []
  for (const pageSize of [1, 100]) {
    const w = await threeDates()
    await w.reconcile('2026-03-02', '2026-03-05', { pageSize })
    // Ids of entries are new in each database; everything else must be equal.
    const rows = await w.db.rows<{ certificate: string }>(
      `SELECT c.business_date, c.opening::text, c.closing::text, c.totals, c.counts, c.tills, r.position,
              r.balance_transaction_id, r.version, r.state
       FROM certificates c LEFT JOIN certificate_rows r ON r.certificate_id = c.id ORDER BY c.seq, r.position`,
    )
    contents.push(rows)
    await w.close()
    world = undefined
  }
  expect(contents[0]).toEqual(contents[1])
})

test('rows of the 25-hour date stand on it from its first to its last second', async () => {
  const w = await createWorld('2026-10-20T00:00:00Z')
  world = w
  // British Summer Time ends on 2026-10-25 at 01:00 UTC: the date runs from 24th 23:00 UTC to 26th 00:00 UTC.
  await w.charge('eve', '2026-10-24T22:59:59Z', 1_000)
  await w.charge('first', '2026-10-24T23:00:00Z', 2_000)
  await w.charge('last', '2026-10-25T23:59:59Z', 3_000)
  await w.charge('next', '2026-10-26T00:00:00Z', 4_000)
  w.moveTo('2026-10-28T12:00:00Z')
  await w.reconcile('2026-10-24', '2026-10-26')
  expect((await closings(w)).map(({ date, opening, closing }) => [date, opening, closing])).toEqual([
    ['2026-10-24', 0n, 965n],
    ['2026-10-25', 965n, 5_850n],
    ['2026-10-26', 5_850n, 9_770n],
  ])
})

test('a charge that Stripe has and we missed is healed through the inbox before anything is published', async () => {
  const w = await threeDates()
  await w.charge('lost', '2026-03-03T19:00:00Z', 800, 'stripe')
  const charge = w.stripe.objects.get('ch_lost')
  if (charge) w.stripe.objects.set('ch_lost', { ...charge, metadata: { tillwatch_payment: 'pay_1' } })
  await w.db.run(`
    WITH sale AS (
      INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
        business_date, created_at, updated_at)
      VALUES ('sale_1', 't1', 'main', 'gbp', 800, 0, 0, 0, 'open', '2026-03-03T19:00:00Z', '2026-03-03',
        '2026-03-03T19:00:00Z', '2026-03-03T19:00:00Z')
      RETURNING id, till_id, store_id, currency, total, created_at)
    INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, status, trace_id, accepted_at, created_at,
      updated_at)
    SELECT 'pay_1', id, till_id, store_id, 'card', currency, total, 'processing', 'trace', created_at, created_at, created_at
    FROM sale`)
  // Stands for the worker: applies what is in the inbox at the first wake-up.
  const applied: string[] = []
  const wake = async () => {
    const waiting = await w.db.rows<{ id: string; object_id: string; source: string }>(
      "UPDATE webhook_events SET status = 'processed' WHERE status = 'received' RETURNING id, object_id, source",
    )
    if (waiting.length === 0) return
    applied.push(...waiting.map(({ object_id, source }) => `${source} ${object_id}`))
    await w.charge('lost', '2026-03-03T19:00:00Z', 800, 'ledger')
  }
  Object.assign(w.deps.wakeups, { wake: (name: string) => void (name === 'inbox' && wake()) })
  const summary = await w.reconcile('2026-03-02', '2026-03-05')
  expect(applied).toEqual(['reconciler ch_lost'])
  expect(summary.exceptions.items).toEqual([])
  expect(summary.matched).toBe(9)
})

test('a run over a month does its work in set-based statements', async () => {
  const w = await createWorld('2026-02-01T00:00:00Z')
  world = w
  let statements = 0
  w.db.pool.on('acquire', (client) => {
    const counted = client as unknown as { query: (...args: unknown[]) => unknown; counted?: boolean }
    if (counted.counted) return
    const query = counted.query.bind(client)
    counted.counted = true
    counted.query = (...args) => {
      statements += 1
      return query(...args)
    }
  })
  for (let day = 1; day <= 20; day += 1) {
    for (let sale = 1; sale <= 20; sale += 1) {
      const at = `2026-03-${String(day).padStart(2, '0')}T10:00:${String(sale).padStart(2, '0')}Z`
      await w.charge(`${day}_${sale}`, at, 100 * day + sale)
    }
  }
  w.moveTo('2026-03-22T12:00:00Z')
  const calls = w.stripe.calls.length
  statements = 0
  const summary = await w.reconcile('2026-03-01', '2026-03-20')
  expect([summary.matched, summary.posted]).toEqual([400, 400])
  // 20 certificates, each with its event, and Stripe's balance; nothing grows with the 400 rows.
  expect(statements).toBeLessThan(95)
  expect(w.stripe.calls.length - calls).toBeLessThan(10)
})
