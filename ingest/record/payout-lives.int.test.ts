import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OBJECT_KINDS } from '../poller/object-kinds.ts'
import { pollObjects } from '../poller/poll-objects.ts'
import { openStory, shuffled, tellAgain, tellByInbox, type StripeStory } from '../testing/stripe-story.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { applyInbox } from '../webhooks/apply-inbox.ts'
import { HANDLERS } from '../webhooks/handlers.ts'

const DAY_MS = 86_400_000

let story: StripeStory

/** A payout by the amount it is known by; what of it is at the bank in the end, and Stripe's rows of it. */
const EXPECTED: Readonly<
  Record<number, { life: string; status: string; bank: number; rows: readonly number[] }>
> = {
  1_000: { life: 'paid', status: 'paid', bank: 1_000, rows: [-1_000] },
  1_100: { life: 'failed on its way', status: 'failed', bank: 0, rows: [-1_100, 1_100] },
  1_200: { life: 'failed after it was paid', status: 'failed', bank: 0, rows: [-1_200, 1_200] },
  1_300: { life: 'canceled', status: 'canceled', bank: 0, rows: [-1_300, 1_300] },
  1_400: { life: 'instant', status: 'paid', bank: 1_400, rows: [-1_400] },
  1_500: { life: 'paid, then reversed', status: 'paid', bank: 1_500, rows: [-1_500] },
  [-1_500]: { life: 'the reversal', status: 'paid', bank: -1_500, rows: [1_500] },
  1_600: { life: 'in euros', status: 'paid', bank: 1_600, rows: [-1_600] },
}

const fund = async (amount: number, currency: string) =>
  story.stripe.paymentIntents.create({
    amount,
    currency,
    payment_method: 'pm_card_bypassPending',
    allowed_payment_method_types: ['card'],
    confirm: true,
  })

const make = async (amount: number, rest: { currency?: string; method?: 'instant' } = {}) =>
  story.stripe.payouts.create({ amount, currency: 'gbp', ...rest })

beforeAll(async () => {
  story = await openStory()
  await fund(50_000, 'gbp')
  await fund(9_000, 'eur')
  await make(1_000)
  const failing = await make(1_100)
  const returned = await make(1_200)
  const canceled = await make(1_300)
  await make(1_400, { method: 'instant' })
  const reversed = await make(1_500)
  await make(1_600, { currency: 'eur' })
  await story.stripe.payouts.cancel(canceled.id)
  await story.pass(DAY_MS)
  await story.control(`/payouts/${failing.id}`, { action: 'fail' })
  await story.pass(DAY_MS)
  await story.control(`/payouts/${returned.id}`, { action: 'fail' })
  await story.stripe.payouts.reverse(reversed.id)
  await story.pass(4 * DAY_MS)
})
afterAll(async () => story.close())

const openFresh = async (): Promise<WorkerDeps> => {
  const worker = await openWorkerDeps({ stripe: story.url })
  worker.deps.env.moveTo(story.now())
  return worker
}

const sumOf = async ({ deps }: WorkerDeps, account: string, payout: string): Promise<number> => {
  const row = await deps.db.first<{ sum: bigint }>(
    `SELECT coalesce(sum(p.amount), 0)::bigint AS sum FROM postings p JOIN journal_entries e ON e.id = p.entry_id
     WHERE p.account = $1 AND e.source_id = $2`,
    [account, payout],
  )
  return Number(row?.sum)
}

/** `clearing:payout` once every row is settled: a row of -P adds P to it (architecture §4). */
const clearingOf = async (worker: WorkerDeps, payout: Stripe.Payout): Promise<number> => {
  const rows = await story.stripe.balanceTransactions.list({ source: payout.id })
  const settled = rows.data.reduce((sum, row) => sum - row.amount, 0)
  return (await sumOf(worker, 'clearing:payout', payout.id)) + settled
}

const movementsOf = async ({ deps }: WorkerDeps, payout: string) => {
  const rows = await deps.db.rows<{ amount: bigint }>(
    'SELECT amount FROM payout_movements WHERE stripe_object = $1 ORDER BY occurred_at, movement_key',
    [payout],
  )
  return rows.map(({ amount }) => Number(amount))
}

/** What Stripe itself has of the payout: the bank's reference, and the instant at which the money came back. */
const factsOf = async (payout: Stripe.Payout) => {
  const row = payout.failure_balance_transaction
  const back = row === null ? null : await story.stripe.balanceTransactions.retrieve(row as string)
  const returned_at = back === null ? null : new Date(back.created * 1_000)
  return {
    bank_trace_status: payout.trace_id?.status,
    bank_trace_id: payout.trace_id?.value,
    returned_at,
    posted_back: returned_at,
  }
}

/** The same as we have it; a payout that was never known as paid was not posted back. */
const ourFactsOf = async ({ deps }: WorkerDeps, payout: string) =>
  deps.db.first(
    `SELECT bank_trace_status, bank_trace_id, returned_at, coalesce(e.occurred_at, returned_at) AS posted_back
     FROM payouts o LEFT JOIN journal_entries e ON e.source_id = o.id AND e.kind = 'payout_returned' WHERE o.id = $1`,
    [payout],
  )

const expectAll = async (worker: WorkerDeps): Promise<void> => {
  const payouts = (await story.stripe.payouts.list({ limit: 100 })).data
  expect(payouts.filter(({ automatic }) => automatic).length).toBeGreaterThan(0)
  const byHand = payouts.filter(({ automatic }) => !automatic)
  expect(byHand.map(({ amount }) => amount).sort()).toEqual(Object.keys(EXPECTED).map(Number).sort())
  for (const payout of payouts) {
    expect(await clearingOf(worker, payout), payout.id).toBe(0)
    expect(await ourFactsOf(worker, payout.id), payout.id).toEqual(await factsOf(payout))
  }
  // One that was on its way, one that was paid, and one that never left.
  const untraced = payouts.filter(({ trace_id: trace }) => trace?.status === 'unsupported')
  expect(untraced.map(({ amount }) => amount).sort()).toEqual([1_100, 1_200, 1_300])
  for (const { id, amount } of byHand) {
    const expected = EXPECTED[amount]
    const [row] = await worker.deps.db.rows<{ status: string }>('SELECT status FROM payouts WHERE id = $1', [
      id,
    ])
    const bank = await sumOf(worker, 'bank', id)
    const rows = await movementsOf(worker, id)
    expect({ life: expected?.life, status: row?.status, bank, rows }).toEqual(expected)
  }
}

test.each([1, 2, 3, 4])(
  'every life of a payout is in the books, told in any order and twice (order %i)',
  async (seed) => {
    const worker = await openFresh()
    const events = (await story.events()).filter(({ type }) => type.startsWith('payout.'))
    await tellByInbox(worker.deps, shuffled(events, seed))
    await tellAgain(worker.deps, shuffled(events, seed + 10))
    await expectAll(worker)
    expect(
      await worker.deps.db.rows(
        `SELECT o.amount AS original FROM payouts r JOIN payouts o ON o.id = r.original_payout AND o.reversed_by = r.id`,
      ),
    ).toEqual([{ original: 1_500n }])
    const unitemised = "SELECT id FROM payouts WHERE automatic AND reconciliation_status <> 'completed'"
    expect(await worker.deps.db.rows(unitemised)).toEqual([])
    await worker.close()
  },
)

test('the list of payouts alone tells the same', async () => {
  const worker = await openFresh()
  for (const kind of OBJECT_KINDS.filter(({ name }) => name === 'payouts'))
    await pollObjects(worker.deps, kind, new Date('2026-03-02T00:00:00Z'), story.now())
  await applyInbox(worker.deps, HANDLERS)
  await expectAll(worker)
  await worker.close()
})
