import { afterEach, beforeEach, expect, test } from 'vitest'
import { standInWorker } from '../testing/stand-in-worker.ts'
import { createWorld, type World } from '../testing/world.ts'

let world: World

/** A payout of 20 March, all dates until 19 April certified; and one of the 19th that nobody told us of: the books began later. */
beforeEach(async () => {
  world = await createWorld('2026-04-20T12:00:00Z')
  standInWorker(world)
  await world.charge('a', '2026-03-19T10:00:00Z', 1_000)
  await world.payout('ours', '2026-03-20T00:10:00Z', ['txn_a'])
  await world.reconcile('2026-03-19', '2026-04-19')
  const { stripe } = world
  const ours = stripe.objects.get('po_ours')
  if (ours) stripe.objects.set('po_older', { ...ours, id: 'po_older', created: ours.created - 86_400 })
})

afterEach(async () => world.close())

const show = (id: string, fields: object): void => {
  const object = world.stripe.objects.get(id)
  if (object) world.stripe.objects.set(id, { ...object, ...fields })
}

const healed = async (): Promise<string[]> => {
  await world.reconcile('2026-04-08', '2026-04-09')
  const rows = await world.db.rows<{ object_id: string }>(
    "SELECT object_id FROM webhook_events WHERE source = 'reconciler'",
  )
  return rows.map(({ object_id: id }) => id)
}

test('a payout made before the dates is taken over when it shows more than we know, and only then', async () => {
  expect(await healed()).toEqual([])
  show('po_ours', { trace_id: { status: 'supported', value: '021000021234567' } })
  expect(await healed()).toEqual(['po_ours'])
  expect(await healed()).toEqual(['po_ours'])
})

test('one that failed is taken over when Stripe names the row that brought its money back', async () => {
  show('po_ours', { status: 'failed', failure_balance_transaction: null })
  expect(await healed()).toEqual([])
  show('po_ours', { failure_balance_transaction: 'txn_back' })
  expect(await healed()).toEqual(['po_ours'])
})

test('a payout from before the books is left alone, also when a row names it', async () => {
  const failed = { status: 'failed', failure_balance_transaction: 'txn_back' }
  show('po_older', failed)
  const created = Date.parse('2026-04-09T09:00:00Z') / 1000
  world.stripe.rows.set('txn_back', {
    id: 'txn_back',
    created,
    amount: 965,
    type: 'payout_failure',
    reporting_category: 'payout_reversal',
    source: 'po_older',
  })
  expect(await healed()).toEqual([])
})

test('a payout that was made more than three weeks before the dates is asked for by no list', async () => {
  show('po_ours', { trace_id: { status: 'supported', value: '021000021234567' } })
  await world.reconcile('2026-04-11', '2026-04-11')
  expect(await world.db.rows('SELECT 1 FROM webhook_events')).toEqual([])
  await world.reconcile('2026-04-10', '2026-04-10')
  expect(await world.db.rows('SELECT object_id FROM webhook_events')).toEqual([{ object_id: 'po_ours' }])
})
