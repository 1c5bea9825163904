import { expect, test } from 'vitest'
import { certify } from './certify.ts'
import { createWorld, type World } from './testing/world.ts'

/** What the newest certificate of each date states, without our own ids. */
const contents = async (world: World) =>
  world.db.rows(
    `SELECT DISTINCT ON (business_date) business_date, content_digest FROM certificates ORDER BY business_date, version DESC`,
  )

/** Runs the steps one after the other, a reconciliation after each, and answers what stands in the end. */
const live = async (steps: readonly ((world: World) => Promise<void>)[]) => {
  const world = await createWorld('2026-03-01T00:00:00Z')
  try {
    await world.charge('a', '2026-03-02T10:00:00Z', 1_000, 'stripe')
    world.moveTo('2026-03-04T12:00:00Z')
    for (const step of steps) {
      await step(world)
      await world.reconcile('2026-03-02', '2026-03-03')
    }
    const open = await world.db.rows<{ category: string; expected: bigint; actual: bigint }>(
      "SELECT category, expected, actual FROM exceptions WHERE status = 'open' ORDER BY category",
    )
    expect((await certify(world.deps)).findings).toEqual([])
    return { open, contents: await contents(world) }
  } finally {
    await world.close()
  }
}

const post = (kind: string, at: string, amount: number) => async (world: World) =>
  world.post(kind, 'ch_a', at, 'clearing:card', amount)

test('two captures of one charge end in the same pairing and the same certificates, whichever came first', async () => {
  const wrong = post('capture', '2026-03-02T10:00:00Z', 900)
  const right = post('capture_rest', '2026-03-02T10:00:05Z', 1_000)
  const one = await live([wrong, right])
  const other = await live([right, wrong])
  // The charge of 10.00 answers the capture of 10.00; the one of 9.00 is one too many.
  expect(one.open).toEqual([{ category: 'duplicate_in_ledger', expected: 1_000n, actual: 1_900n }])
  expect(other).toEqual(one)
})
