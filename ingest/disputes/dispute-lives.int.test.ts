import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { submitObject } from '#core/inbox/submit-object.ts'
import { OBJECT_KINDS } from '../poller/object-kinds.ts'
import { pollObjects } from '../poller/poll-objects.ts'
import { confirmAtStripe, storeProcessingPayment } from '../testing/stored-payment.ts'
import { openStory, shuffled, tellAgain, tellByInbox, type StripeStory } from '../testing/stripe-story.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { applyInbox } from '../webhooks/apply-inbox.ts'
import { HANDLERS } from '../webhooks/handlers.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const TOOK = 4_000

/** What bank, customer and shop do to one charge. */
interface Charge {
  readonly id: string
  open(kind: 'dispute' | 'inquiry'): Promise<string>
  decide(dispute: string, action: 'win' | 'lose' | 'escalate'): Promise<void>
  answer(dispute: string, text: string): Promise<void>
  refund(amount: number): Promise<void>
  pass(ms: number): Promise<void>
}

/** Balances are of all entries of the payment; rows are Stripe's amount and fee, in the charge's currency, the fee kept. */
interface Life {
  readonly name: string
  readonly live: (charge: Charge) => Promise<void>
  /** Of each dispute, in their order. */
  readonly statuses: readonly string[]
  readonly movements: readonly number[]
  readonly rows: readonly (readonly [amount: number, fee: number])[]
  readonly balances: Readonly<Record<string, number>>
}

const SALE = { 'clearing:card': TOOK, 'revenue:sales': -TOOK }
const REFUNDED = { 'clearing:refund': -TOOK, 'revenue:refunds': TOOK }
const WITHDRAWN = [-4_000, 2_000] as const
const REINSTATED = [4_000, 0] as const

/** The first waits two weeks, which none of the others may: so its place matters. */
const LIVES: readonly Life[] = [
  {
    name: 'a chargeback that nobody answers',
    live: async (charge) => {
      await charge.open('dispute')
      await charge.pass(14 * DAY_MS)
    },
    statuses: ['lost'],
    movements: [-4_000],
    rows: [WITHDRAWN],
    balances: { ...SALE, 'clearing:dispute': -4_000, 'expense:disputes_lost': 4_000 },
  },
  {
    name: 'an inquiry that is closed',
    live: async (charge) => charge.decide(await charge.open('inquiry'), 'win'),
    statuses: ['warning_closed'],
    movements: [],
    rows: [],
    balances: SALE,
  },
  {
    name: 'an inquiry that a refund resolves',
    live: async (charge) => {
      const inquiry = await charge.open('inquiry')
      await charge.refund(4_000)
      await charge.decide(inquiry, 'win')
    },
    statuses: ['warning_closed'],
    movements: [],
    rows: [],
    balances: { ...SALE, ...REFUNDED },
  },
  {
    name: 'an inquiry that is escalated and lost',
    live: async (charge) => {
      const dispute = await charge.open('inquiry')
      await charge.decide(dispute, 'escalate')
      await charge.decide(dispute, 'lose')
    },
    statuses: ['lost'],
    movements: [-4_000],
    rows: [WITHDRAWN],
    balances: { ...SALE, 'clearing:dispute': -4_000, 'expense:disputes_lost': 4_000 },
  },
  {
    name: 'an inquiry that is escalated and won',
    live: async (charge) => {
      const dispute = await charge.open('inquiry')
      await charge.decide(dispute, 'escalate')
      await charge.answer(dispute, 'winning_evidence')
    },
    statuses: ['won'],
    movements: [-4_000, 4_000],
    rows: [WITHDRAWN, REINSTATED],
    balances: SALE,
  },
  {
    name: 'a chargeback that is answered and won, then refunded',
    live: async (charge) => {
      const dispute = await charge.open('dispute')
      await charge.answer(dispute, 'The bread was eaten.')
      await charge.decide(dispute, 'win')
      await charge.refund(4_000)
    },
    statuses: ['won'],
    movements: [-4_000, 4_000],
    rows: [WITHDRAWN, REINSTATED],
    balances: { ...SALE, ...REFUNDED },
  },
  {
    name: 'a chargeback that is answered and lost',
    live: async (charge) => {
      const dispute = await charge.open('dispute')
      await charge.answer(dispute, 'losing_evidence')
    },
    statuses: ['lost'],
    movements: [-4_000],
    rows: [WITHDRAWN],
    balances: { ...SALE, 'clearing:dispute': -4_000, 'expense:disputes_lost': 4_000 },
  },
  {
    name: 'a chargeback of what a refund had left, lost',
    live: async (charge) => {
      await charge.refund(1_500)
      await charge.decide(await charge.open('dispute'), 'lose')
    },
    statuses: ['lost'],
    movements: [-2_500],
    rows: [[-2_500, 2_000]],
    balances: {
      ...SALE,
      'clearing:refund': -1_500,
      'revenue:refunds': 1_500,
      'clearing:dispute': -2_500,
      'expense:disputes_lost': 2_500,
    },
  },
  {
    name: 'two on one charge: the first won, the second not decided',
    live: async (charge) => {
      await charge.decide(await charge.open('dispute'), 'win')
      await charge.open('dispute')
    },
    statuses: ['won', 'needs_response'],
    movements: [-4_000, 4_000, -4_000],
    rows: [WITHDRAWN, REINSTATED, WITHDRAWN],
    balances: { ...SALE, 'clearing:dispute': -4_000, 'receivable:disputes': 4_000 },
  },
  {
    name: 'a chargeback that the bank looks at',
    live: async (charge) => charge.answer(await charge.open('dispute'), 'The bread was eaten.'),
    statuses: ['under_review'],
    movements: [-4_000],
    rows: [WITHDRAWN],
    balances: { ...SALE, 'clearing:dispute': -4_000, 'receivable:disputes': 4_000 },
  },
  {
    name: 'an inquiry that waits for an answer',
    live: async (charge) => void (await charge.open('inquiry')),
    statuses: ['warning_needs_response'],
    movements: [],
    rows: [],
    balances: SALE,
  },
]

const paymentOf = (n: number): string => `pay_dispute${n}`

const chargeAt = (story: StripeStory, id: string): Charge => {
  const soon = async () => story.pass(HOUR_MS)
  return {
    id,
    pass: async (ms) => story.pass(ms),
    open: async (kind) => {
      const dispute = await story.control('/disputes', { charge: id, kind })
      await soon()
      return String(dispute['id'])
    },
    decide: async (dispute, action) => {
      await story.control(`/disputes/${dispute}`, { action })
      await soon()
    },
    answer: async (dispute, text) => {
      await story.stripe.disputes.update(dispute, { evidence: { uncategorized_text: text } })
      await soon()
    },
    refund: async (amount) => {
      await story.stripe.refunds.create({ charge: id, amount })
      await soon()
    },
  }
}

/** Where pounds are exchanged, their rate is another one after each charge. */
const liveAll = async (story: StripeStory): Promise<void> => {
  for (const [n, life] of LIVES.entries()) {
    const intent = await confirmAtStripe(story, paymentOf(n), TOOK)
    await story.control('/account', { rates: { gbp: { eur: n % 2 === 0 ? '1.2042' : '1.1713' } } })
    await life.live(chargeAt(story, String(intent.latest_charge)))
  }
}

const EXCHANGE = JSON.stringify({ settlement_currencies: ['eur'], rates: { gbp: { eur: '1.1713' } } })

describe.each([
  ['the fee of a won dispute is kept', []],
  ['the fee of a won dispute comes back', ['--doubts', '{"disputeFeeOnWin":"credited"}']],
  ['pounds are exchanged into euros', ['--currency', 'eur', '--settlement', EXCHANGE]],
  [
    'pounds are exchanged into euros with a row for the difference',
    ['--currency', 'eur', '--settlement', EXCHANGE, '--doubts', '{"disputeRowsOnExchange":"two"}'],
  ],
] as const)('where %s', (name, args) => {
  let story: StripeStory
  let worker: WorkerDeps | undefined
  beforeAll(async () => {
    story = await openStory(args)
    await liveAll(story)
  })
  afterAll(async () => story.close())

  /** A database that knows of the payments only that their calls were sent. */
  const openFresh = async () => {
    worker = await openWorkerDeps({ stripe: story.url })
    worker.deps.env.moveTo(story.now())
    for (const n of LIVES.keys()) await storeProcessingPayment(worker.deps, paymentOf(n), TOOK)
    return worker
  }
  const closeFresh = async () => worker?.close()

  const factsOf = async ({ deps }: WorkerDeps, payment: string) => {
    const balances = await deps.db.rows<{ account: string; sum: bigint }>(
      `SELECT p.account, sum(p.amount)::bigint AS sum FROM postings p JOIN journal_entries e ON e.id = p.entry_id
       WHERE e.payment_id = $1 GROUP BY p.account HAVING sum(p.amount) <> 0`,
      [payment],
    )
    const movements = await deps.db.rows<{ amount: bigint; currency: string }>(
      `SELECT amount, currency FROM ledger_movements WHERE account = 'clearing:dispute' AND payment_id = $1
       ORDER BY occurred_at, amount`,
      [payment],
    )
    const disputes = await deps.db.rows<{ status: string }>(
      'SELECT status FROM disputes WHERE payment_id = $1 ORDER BY opened_at, id',
      [payment],
    )
    return {
      statuses: disputes.map(({ status }) => status),
      movements: movements.map(({ amount, currency }) => `${amount} ${currency}`),
      balances: Object.fromEntries(balances.map(({ account, sum }) => [account, Number(sum)])),
    }
  }

  const expectAll = async (of: WorkerDeps) => {
    for (const [n, { name: life, statuses, movements, balances }] of LIVES.entries()) {
      const facts = await factsOf(of, paymentOf(n))
      const expected = { statuses, movements: movements.map((amount) => `${amount} gbp`), balances }
      expect(facts, life).toEqual(expected)
    }
  }

  const entryCount = async ({ deps }: WorkerDeps) =>
    (await deps.db.first<{ n: number }>('SELECT count(*)::integer AS n FROM journal_entries'))?.n

  test.each([1, 2, 3])('every life told in any order and twice is posted once (order %i)', async (seed) => {
    const of = await openFresh()
    const events = await story.events()
    await tellByInbox(of.deps, shuffled(events, seed))
    await expectAll(of)
    const before = await entryCount(of)
    await tellAgain(of.deps, shuffled([...events, ...events], seed + 10))
    await expectAll(of)
    expect(await entryCount(of)).toBe(before)
    const opened = await of.deps.db.rows("SELECT id FROM events WHERE type = 'dispute.opened'")
    expect(opened).toHaveLength(LIVES.length + 1)
    await closeFresh()
  })

  test('the list of disputes alone tells what no event did, and the reconciler nothing more', async () => {
    const of = await openFresh()
    // Some are known as they began, and nothing told of the rest.
    const begun = (await story.events()).filter(({ type }) => type === 'charge.dispute.created')
    await tellByInbox(
      of.deps,
      begun.filter((_event, n) => n % 2 === 0),
    )
    for (const kind of OBJECT_KINDS)
      await pollObjects(of.deps, kind, new Date('2026-03-02T09:00:00Z'), story.now())
    await applyInbox(of.deps, HANDLERS)
    await expectAll(of)
    const disputes = OBJECT_KINDS.filter((kind) => kind.name === 'disputes')
    for (const kind of disputes) {
      const again = await pollObjects(of.deps, kind, new Date('2026-03-02T09:00:00Z'), story.now())
      expect(again).toEqual({ objects: LIVES.length + 1, newIds: [] })
    }
    const before = await entryCount(of)
    for (const object of (await story.stripe.disputes.list({ limit: 100 })).data)
      await submitObject(of.deps.env, of.deps.db, { source: 'reconciler', object })
    await applyInbox(of.deps, HANDLERS)
    await expectAll(of)
    expect(await entryCount(of)).toBe(before)
    await closeFresh()
  })

  test("what is posted is what Stripe's balance transactions say", async () => {
    const isExchanged = name.includes('euros')
    const isCredited = name.includes('comes back')
    const disputes = (await story.stripe.disputes.list({ limit: 100 })).data.toReversed()
    for (const [n, { name: life, rows }] of LIVES.entries()) {
      const [intent] = (
        await story.stripe.paymentIntents.search({
          query: `metadata['tillwatch_payment']:'${paymentOf(n)}'`,
        })
      ).data
      const booked = disputes
        .filter(({ payment_intent: named }) => named === intent?.id)
        .flatMap(({ balance_transactions: list }) => list)
      if (isExchanged) {
        // Rows of one category that follow each other are of one movement.
        const ways = booked.map(({ reporting_category: category }) => category)
        const moved = ways.filter((way, at) => way !== ways[at - 1])
        expect(moved, life).toEqual(rows.map(([amount]) => (amount < 0 ? 'dispute' : 'dispute_reversal')))
        expect(
          booked.every(({ currency }) => currency === 'eur'),
          life,
        ).toBe(true)
        continue
      }
      const feeOf = (amount: number, fee: number) => (isCredited && amount > 0 ? -2_000 : fee)
      expect(
        booked.map(({ amount, fee }) => [amount, fee]),
        life,
      ).toEqual(rows.map(([amount, fee]) => [amount, feeOf(amount, fee)]))
    }
  })
})
