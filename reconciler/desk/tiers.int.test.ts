import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDeskWorld, type DeskWorld } from './testing/open-desk.ts'

let world: DeskWorld

const DATE = '2026-03-02'
const reconcile = async () => world.reconcile(DATE, '2026-03-04')

/** Fees by the world's rate card: 1.5 % + 20. A row of 700 has a fee of 31 (10.5 rounded up) and brings 669. */
beforeEach(async () => {
  world = await openDeskWorld('2026-03-01T00:00:00Z')
  await world.charge('a', `${DATE}T10:00:00Z`, 1_234)
  await world.charge('x', `${DATE}T11:00:00Z`, 700, 'stripe')
  await world.charge('y', `${DATE}T11:00:01Z`, 700, 'ledger')
  await world.charge('z', `${DATE}T12:00:00Z`, 1_000)
  const row = world.stripe.rows.get('txn_z')
  if (row) world.stripe.rows.set('txn_z', { ...row, amount: 990, fee: 35 })
  world.moveTo('2026-03-05T12:00:00Z')
  await reconcile()
})
afterEach(async () => world.close())

const WRITE_OFF = { resolution: 'write_off', reason: 'other', note: 'Agreed with the owner.' }
const MATCH = { resolution: 'forced_match', reason: 'matched_by_hand', note: 'Same card, same minute.' }

const setFinanceTier = (limit: number): void => {
  const tiers = [{ role: 'finance', currency: 'gbp', agrees_up_to: limit }] as const
  Object.assign(world.deps.shop, { write_off_tiers: tiers })
}

const over = async (object: string, who: 'ann' | 'fay') => {
  const { status, body } = await world.act(object, 'approve', {}, who)
  return [status, body.error?.code, body.error?.['limit']]
}

test('finance agrees to a write-off of another one up to its tier, and takes a manager above it', async () => {
  await world.act('txn_x', 'resolve', WRITE_OFF, 'ann')
  setFinanceTier(668)
  expect((await world.about('txn_x')).approvals.map(({ agreers }) => agreers)).toEqual([['manager']])
  expect(await over('txn_x', 'fay')).toEqual([403, 'refund_over_limit', 668])
  expect(await world.booked()).toEqual([])
  setFinanceTier(669)
  const { approvals } = await world.about('txn_x')
  expect(approvals.map(({ status, agreers }) => [status, agreers])).toEqual([
    ['pending', ['finance', 'manager']],
  ])
  expect((await world.act('txn_x', 'approve', {}, 'ann')).body.error?.code).toBe('second_person_required')
  const agreed = await world.act('txn_x', 'approve', {}, 'fay')
  expect([agreed.status, agreed.body.resolution]).toEqual([200, 'write_off'])
  expect(agreed.body.approvals).toMatchObject([{ status: 'approved', decided_by: 'Fay', agreers: [] }])
  expect(await world.booked()).toEqual(['revenue:reconciliation_gains gbp -669'])
})

test('a forced match counts as much as it matches', async () => {
  const { id: counterpart } = await world.about('ch_y')
  await world.act('txn_x', 'resolve', { ...MATCH, counterpart })
  setFinanceTier(699)
  expect(await over('txn_x', 'fay')).toEqual([403, 'refund_over_limit', 699])
  setFinanceTier(700)
  expect((await world.act('txn_x', 'approve', {}, 'fay')).status).toBe(200)
  expect(await world.open()).toEqual(['suspense txn_z gbp 10'])
})

test('without tiers finance agrees up to 50 of the shop, and to no booking of choice', async () => {
  await world.act('txn_x', 'resolve', WRITE_OFF, 'ben')
  expect((await world.act('txn_x', 'approve', {}, 'ann')).status).toBe(200)
  Object.assign(world.deps.shop.exceptions, { adjust_alone_up_to: 0 })
  await world.act('txn_z', 'resolve', {
    resolution: 'adjust',
    reason: 'rounding',
    account: 'revenue:refunds',
  })
  expect(await over('txn_z', 'fay')).toEqual([403, 'refund_over_limit', 0])
  expect((await world.act('txn_z', 'approve', {}, 'ben')).status).toBe(200)
})

test('without tiers a large write-off takes a manager', async () => {
  await world.charge('v', `${DATE}T14:00:00Z`, 5_001, 'ledger')
  await world.charge('w', `${DATE}T14:00:01Z`, 5_000, 'ledger')
  await reconcile()
  for (const object of ['ch_v', 'ch_w']) await world.act(object, 'resolve', WRITE_OFF)
  expect(await over('ch_v', 'fay')).toEqual([403, 'refund_over_limit', 5_000])
  expect((await world.act('ch_w', 'approve', {}, 'fay')).status).toBe(200)
  expect((await world.act('ch_v', 'approve', {}, 'ben')).status).toBe(200)
  expect(await world.booked()).toEqual(['expense:reconciliation_write_offs gbp 10001'])
})
