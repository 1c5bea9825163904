import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { recordPayout } from './record-payout.ts'

let worker: WorkerDeps

beforeAll(async () => {
  worker = await openWorkerDeps()
})
afterAll(async () => worker.close())

const CREATED = Date.parse('2026-03-02T00:10:00Z') / 1000

type Trace = Stripe.Payout['trace_id']

const PENDING: Trace = { status: 'pending', value: null }
const NONE: Trace = { status: 'unsupported', value: null }
const KNOWN: Trace = { status: 'supported', value: '021000021234567' }

/** The fields of a payout that recording reads. */
const payout = (id: string, status: string, trace: Trace) =>
  ({
    id,
    object: 'payout',
    amount: 900,
    arrival_date: CREATED,
    automatic: true,
    balance_transaction: `txn_${id}`,
    created: CREATED,
    currency: 'gbp',
    failure_balance_transaction: status === 'failed' ? `txn_back_${id}` : null,
    failure_code: null,
    metadata: {},
    method: 'standard',
    reconciliation_status: 'completed',
    status,
    trace_id: trace,
  }) as unknown as Stripe.Payout

const tell = async (snapshot: Stripe.Payout) => {
  const { deps } = worker
  const by = { writer: 'webhook', cause: { kind: 'event', id: 'evt_1' } } as const
  return deps.db.withTransaction(async (db) => recordPayout(deps, db, snapshot, by))
}

const known = async (id: string) =>
  worker.deps.db.first('SELECT status, bank_trace_status, bank_trace_id FROM payouts WHERE id = $1', [id])

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))

/** Snapshots as they happened, and what is known in the end. */
const LIVES: Readonly<Record<string, readonly [readonly (readonly [string, Trace])[], object]>> = {
  'a reference that comes days later': [
    [
      ['in_transit', PENDING],
      ['paid', PENDING],
      ['paid', KNOWN],
    ],
    { status: 'paid', bank_trace_status: 'supported', bank_trace_id: '021000021234567' },
  ],
  'a bank that gives none': [
    [
      ['in_transit', PENDING],
      ['paid', PENDING],
      ['paid', NONE],
    ],
    { status: 'paid', bank_trace_status: 'unsupported', bank_trace_id: null },
  ],
  'a reference that is not known yet': [
    [
      ['in_transit', null],
      ['paid', PENDING],
    ],
    { status: 'paid', bank_trace_status: 'pending', bank_trace_id: null },
  ],
  'a payout of which nothing was told': [
    [
      ['in_transit', null],
      ['paid', null],
    ],
    { status: 'paid', bank_trace_status: null, bank_trace_id: null },
  ],
  'a payout that came back with its reference known, which a later snapshot no longer shows': [
    [
      ['paid', PENDING],
      ['paid', KNOWN],
      ['failed', KNOWN],
      ['failed', NONE],
    ],
    { status: 'failed', bank_trace_status: 'supported', bank_trace_id: '021000021234567' },
  ],
}

test.each(Object.entries(LIVES))(
  '%s: told in every order and twice, the same is known',
  async (life, told) => {
    const [snapshots, expected] = told
    for (const [at, order] of permutations(snapshots).entries()) {
      const id = `po_${Object.keys(LIVES).indexOf(life)}_${at}`
      for (const [status, trace] of [...order, ...order]) await tell(payout(id, status, trace))
      expect(await known(id), JSON.stringify(order)).toEqual(expected)
    }
  },
)

test('only what is news is recorded, and it changes nothing in the ledger', async () => {
  const told = [PENDING, PENDING, KNOWN, KNOWN, PENDING, NONE].map((trace) =>
    payout('po_news', 'paid', trace),
  )
  const results = []
  for (const snapshot of told) results.push(await tell(snapshot))
  expect(results).toEqual(['recorded', 'unchanged', 'recorded', 'unchanged', 'unchanged', 'unchanged'])
  const entries = "SELECT kind FROM journal_entries WHERE source_id = 'po_news'"
  expect(await worker.deps.db.rows(entries)).toEqual([{ kind: 'payout_paid' }])
})
