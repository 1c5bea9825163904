import { afterEach, beforeEach, expect, test } from 'vitest'
import { certify } from './certify.ts'
import { certificatePage } from './page/certificate-page.ts'
import { readPageFacts } from './page/page-facts.ts'
import { createWorld, type World } from './testing/world.ts'

let world: World

/** An account that held 50.00 before it was connected, and then took 10.00 less a fee of 0.35. */
beforeEach(async () => {
  world = await createWorld('2026-03-01T00:00:00Z')
  await world.charge('a', '2026-03-02T10:00:00Z', 1_000)
  world.stripe.balanceBesides.set('gbp', 5_000)
  world.moveTo('2026-03-03T12:00:00Z')
})

afterEach(async () => {
  await world.close()
})

const state = (amount: number): void => {
  Object.assign(world.deps.shop, {
    opening_balances: amount === 0 ? [] : [{ currency: 'gbp', balance_type: 'payments', amount }],
  })
}

const newest = async (date: string) =>
  world.db.first<{ id: string; opening: bigint; closing: bigint; clean: boolean; opening_basis: string }>(
    `SELECT id, opening, closing, clean, opening_basis FROM certificates WHERE business_date = $1 AND currency = 'gbp'
     ORDER BY version DESC LIMIT 1`,
    [date],
  )

test('the first certificate opens with what finance stated, and the ledger has it against equity', async () => {
  state(5_000)
  await world.reconcile('2026-03-02', '2026-03-02')
  expect(await newest('2026-03-02')).toMatchObject({
    opening: 5_000n,
    closing: 5_965n,
    clean: true,
    opening_basis: 'first',
  })
  const postings = await world.db.rows(
    `SELECT p.account, p.amount, e.business_date FROM journal_entries e JOIN postings p ON p.entry_id = e.id
     WHERE e.kind = 'opening' ORDER BY p.position`,
  )
  expect(postings).toEqual([
    { account: 'stripe:balance', amount: 5_000n, business_date: '2026-03-01' },
    { account: 'equity:opening', amount: -5_000n, business_date: '2026-03-01' },
  ])
  expect((await certify(world.deps)).findings).toEqual([])
})

test('without a statement nothing is guessed: the certificate is not clean and says what to do', async () => {
  await world.reconcile('2026-03-02', '2026-03-02')
  const first = await newest('2026-03-02')
  expect(first).toMatchObject({ opening: 0n, closing: 965n, clean: false })
  const page = certificatePage(await readPageFacts(world.db, first?.id ?? ''), 'Europe/London')
  expect(page).toContain('does not agree, by 50.00')
  expect(page).toContain('state it as opening_balances in shop.yaml')
})

test('a statement that comes later, or is corrected, makes new versions of every date since', async () => {
  await world.reconcile('2026-03-02', '2026-03-02')
  world.moveTo('2026-03-04T12:00:00Z')
  await world.reconcile('2026-03-03', '2026-03-03')
  state(5_000)
  await world.reconcile('2026-03-03', '2026-03-03')
  expect(await newest('2026-03-02')).toMatchObject({ opening: 5_000n, closing: 5_965n, clean: true })
  expect(await newest('2026-03-03')).toMatchObject({ opening: 5_965n, closing: 5_965n, clean: true })
  state(4_000)
  await world.reconcile('2026-03-03', '2026-03-03')
  expect(await newest('2026-03-03')).toMatchObject({ opening: 4_965n, clean: false })
  expect((await certify(world.deps)).findings).toEqual([])
})
