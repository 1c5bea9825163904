import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FundsMoved } from '../domain/dispute-state.ts'
import { recordCharge } from '../record/record-charge.ts'
import { storeProcessingPayment } from '../testing/stored-payment.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { recordDispute } from './record-dispute.ts'
import { recordFraudWarning } from './record-fraud-warning.ts'

let worker: WorkerDeps
beforeAll(async () => {
  worker = await openWorkerDeps()
})
afterAll(async () => worker.close())

const START = Date.parse('2026-02-02T09:00:00Z') / 1000
const DAY = 86_400

/** A day on which something happened, counted from the first. */
const secondOf = (day: number): number => START + day * DAY

type Row = readonly [category: 'dispute' | 'dispute_reversal', amount: number, day: number, currency?: string]

const TAKEN: Row = ['dispute', -4_000, 0]
const BACK: Row = ['dispute_reversal', 4_000, 30]

interface Told {
  readonly day: number
  readonly status: string
  readonly rows: readonly Row[]
  readonly funds?: FundsMoved
}

const tell = (day: number, status: string, rows: readonly Row[] = [], funds: FundsMoved = null): Told => ({
  day,
  status,
  rows,
  funds,
})

const snapshotOf = (payment: string, { status, rows }: Told): Stripe.Dispute =>
  ({
    id: `du_${payment}`,
    object: 'dispute',
    amount: 4_000,
    balance_transactions: rows.map(([category, amount, day, currency = 'gbp']) => ({
      reporting_category: category,
      amount,
      created: secondOf(day),
      currency,
    })),
    charge: `ch_${payment}`,
    created: secondOf(0),
    currency: 'gbp',
    evidence_details: { due_by: secondOf(14), has_evidence: false },
    is_charge_refundable: status.startsWith('warning'),
    payment_intent: `pi_${payment}`,
    reason: 'fraudulent',
    status,
  }) as unknown as Stripe.Dispute

const chargeOf = (payment: string): Stripe.Charge =>
  ({
    id: `ch_${payment}`,
    object: 'charge',
    amount: 5_000,
    amount_captured: 5_000,
    captured: true,
    created: secondOf(0),
    currency: 'gbp',
    failure_code: null,
    metadata: { tillwatch_payment: payment },
    outcome: null,
    payment_intent: `pi_${payment}`,
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } },
    refunded: false,
    status: 'succeeded',
  }) as unknown as Stripe.Charge

const by = (day?: number) => ({
  writer: 'webhook' as const,
  cause: { kind: 'event' as const, id: 'evt_1' },
  ...(day === undefined ? {} : { at: new Date(secondOf(day) * 1000) }),
})

const apply = async (payment: string, told: Told) =>
  worker.deps.db.withTransaction(async (db) =>
    recordDispute(worker.deps, db, snapshotOf(payment, told), by(told.day), told.funds ?? null),
  )

const storePaid = async (payment: string) => {
  await storeProcessingPayment(worker.deps, payment, 5_000)
  await worker.deps.db.withTransaction(async (db) => recordCharge(worker.deps, db, chargeOf(payment), by()))
}

const rowsOf = async <Row extends object>(sql: string, payment: string): Promise<Row[]> =>
  worker.deps.db.rows<Row>(sql, [payment])

const factsOf = async (payment: string) => {
  const balances = await rowsOf<{ account: string; sum: bigint }>(
    `SELECT p.account, sum(p.amount)::bigint AS sum FROM postings p WHERE p.object = 'du_' || $1
     GROUP BY p.account HAVING sum(p.amount) <> 0 ORDER BY p.account`,
    payment,
  )
  const movements = await rowsOf<{ amount: bigint }>(
    `SELECT amount FROM ledger_movements WHERE account = 'clearing:dispute' AND stripe_object = 'du_' || $1
     ORDER BY occurred_at, amount`,
    payment,
  )
  const opened = await rowsOf(
    "SELECT id FROM events WHERE payment_id = $1 AND type = 'dispute.opened'",
    payment,
  )
  const [row] = await rowsOf<{ status: string }>('SELECT status FROM disputes WHERE payment_id = $1', payment)
  return {
    status: row?.status,
    opened: opened.length,
    movements: movements.map(({ amount }) => Number(amount)),
    balances: Object.fromEntries(balances.map(({ account, sum }) => [account, Number(sum)])),
  }
}

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, n) => permutations(items.toSpliced(n, 1)).map((rest) => [item, ...rest]))

interface Life {
  readonly name: string
  readonly told: readonly Told[]
  readonly status: string
  readonly movements: readonly number[]
  readonly balances: Readonly<Record<string, number>>
}

const LIVES: readonly Life[] = [
  {
    name: 'an inquiry that is closed',
    told: [tell(0, 'warning_needs_response'), tell(1, 'warning_under_review'), tell(9, 'warning_closed')],
    status: 'warning_closed',
    movements: [],
    balances: {},
  },
  {
    name: 'a dispute whose rows come late, and that is won',
    told: [
      tell(0, 'warning_needs_response'),
      tell(1, 'needs_response'),
      tell(1, 'needs_response', [TAKEN], 'withdrawn'),
      tell(30, 'won', [TAKEN]),
      tell(30, 'won', [TAKEN, BACK], 'reinstated'),
    ],
    status: 'won',
    movements: [-4_000, 4_000],
    balances: {},
  },
  {
    name: 'a won one that is disputed again and lost',
    told: [
      tell(0, 'needs_response', [TAKEN]),
      tell(30, 'won', [TAKEN, BACK]),
      tell(40, 'needs_response', [TAKEN, BACK, ['dispute', -4_000, 40]]),
      tell(60, 'lost', [TAKEN, BACK, ['dispute', -4_000, 40]]),
    ],
    status: 'lost',
    movements: [-4_000, 4_000, -4_000],
    balances: { 'clearing:dispute': -4_000, 'expense:disputes_lost': 4_000 },
  },
  {
    name: 'a lost one that is appealed and won',
    told: [
      tell(0, 'needs_response', [TAKEN]),
      tell(10, 'lost', [TAKEN]),
      tell(12, 'appeal_under_review', [TAKEN]),
      tell(30, 'won', [TAKEN, BACK]),
    ],
    status: 'won',
    movements: [-4_000, 4_000],
    balances: {},
  },
  {
    name: 'a lost one that is appealed and lost again',
    told: [
      tell(0, 'under_review', [TAKEN]),
      tell(10, 'lost', [TAKEN]),
      tell(12, 'appeal_needs_response', [TAKEN]),
      tell(20, 'lost', [TAKEN]),
    ],
    status: 'lost',
    movements: [-4_000],
    balances: { 'clearing:dispute': -4_000, 'expense:disputes_lost': 4_000 },
  },
  {
    name: 'a lost one of which a part comes back',
    told: [
      tell(0, 'needs_response', [TAKEN]),
      tell(10, 'lost', [TAKEN]),
      tell(11, 'lost', [TAKEN, ['dispute_reversal', 1_500, 11]], 'reinstated'),
    ],
    status: 'lost',
    movements: [-4_000, 1_500],
    balances: { 'clearing:dispute': -2_500, 'expense:disputes_lost': 2_500 },
  },
  {
    name: 'one that was prevented before it took anything',
    told: [tell(0, 'warning_needs_response'), tell(1, 'prevented')],
    status: 'prevented',
    movements: [],
    balances: {},
  },
  {
    name: 'one that was prevented by paying the customer at once',
    told: [tell(0, 'prevented'), tell(0, 'prevented', [TAKEN], 'withdrawn')],
    status: 'prevented',
    movements: [-4_000],
    balances: { 'clearing:dispute': -4_000, 'expense:disputes_lost': 4_000 },
  },
  {
    name: 'one whose charge was exchanged, with a row for the difference',
    told: [
      tell(0, 'needs_response', [
        ['dispute', -5_100, 0, 'usd'],
        ['dispute', 37, 0, 'usd'],
      ]),
      tell(30, 'won', [
        ['dispute', -5_100, 0, 'usd'],
        ['dispute', 37, 0, 'usd'],
        ['dispute_reversal', 5_000, 30, 'usd'],
      ]),
    ],
    status: 'won',
    movements: [-4_000, 4_000],
    balances: {},
  },
]

test.each(LIVES.map((life, n) => [life.name, life, n] as const))(
  '%s is the same in every order and told twice',
  async (_name, life, n) => {
    const { told, status, movements, balances } = life
    for (const [at, order] of permutations(told).entries()) {
      const payment = `pay_life${n}_${at}`
      await storePaid(payment)
      for (const one of [...order, ...order]) await apply(payment, one)
      const label = order.map((one) => `${one.day} ${one.status}`).join(', ')
      expect(await factsOf(payment), label).toEqual({ status, opened: 1, movements, balances })
      for (const one of order) expect(await apply(payment, one), label).toBe('unchanged')
    }
  },
)

test('a movement takes the moment of its row, whatever told of it first', async () => {
  const rows = [TAKEN, BACK]
  for (const [n, order] of permutations([
    tell(2, 'needs_response', [TAKEN]),
    tell(33, 'won', rows),
  ]).entries()) {
    const payment = `pay_moment${n}`
    await storePaid(payment)
    for (const one of order) await apply(payment, one)
    expect(
      await rowsOf(
        `SELECT occurred_at, amount FROM ledger_movements WHERE stripe_object = 'du_' || $1 ORDER BY 1`,
        payment,
      ),
    ).toEqual([
      { occurred_at: new Date(secondOf(0) * 1000), amount: -4_000n },
      { occurred_at: new Date(secondOf(30) * 1000), amount: 4_000n },
    ])
  }
})

test('a dispute of a charge that is not ours, or of another currency, posts nothing', async () => {
  expect(await apply('pay_stranger', tell(0, 'lost', [TAKEN]))).toBe('unknown_object')
  await storePaid('pay_gbp')
  const foreign = { ...snapshotOf('pay_gbp', tell(0, 'lost', [TAKEN])), currency: 'eur' }
  await expect(
    worker.deps.db.withTransaction(async (db) => recordDispute(worker.deps, db, foreign, by(0))),
  ).rejects.toMatchObject({ code: 'invariant_violated' })
  expect(await factsOf('pay_gbp')).toMatchObject({ movements: [], opened: 0 })
})

test('an early fraud warning is one event and moves no money', async () => {
  await storePaid('pay_warned')
  const warn = async (actionable: boolean) =>
    worker.deps.db.withTransaction(async (db) =>
      recordFraudWarning(
        worker.deps,
        db,
        {
          id: 'issfr_1',
          object: 'radar.early_fraud_warning',
          actionable,
          charge: 'ch_pay_warned',
          created: secondOf(1),
          fraud_type: 'made_with_stolen_card',
          livemode: false,
        },
        by(1),
      ),
    )
  expect(await warn(true)).toBe('recorded')
  expect(await warn(true)).toBe('unchanged')
  expect(await warn(false)).toBe('recorded')
  // An older telling that comes late makes it actionable no more.
  expect(await warn(true)).toBe('unchanged')
  expect(await rowsOf('SELECT actionable FROM fraud_warnings WHERE payment_id = $1', 'pay_warned')).toEqual([
    { actionable: false },
  ])
  expect(
    await rowsOf(
      "SELECT id FROM events WHERE payment_id = $1 AND type = 'fraud_warning.received'",
      'pay_warned',
    ),
  ).toHaveLength(1)
  expect(await rowsOf('SELECT kind FROM journal_entries WHERE payment_id = $1', 'pay_warned')).toEqual([
    { kind: 'sale_card' },
  ])
})
