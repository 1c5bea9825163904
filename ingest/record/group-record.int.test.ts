import type Stripe from 'stripe'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPaymentRecords, type Settlement } from '../payments/payment-records.ts'
import { storeProcessingPayment } from '../testing/stored-payment.ts'
import { openWorkerDeps, type WorkerDeps } from '../testing/worker-deps.ts'
import { recordPaymentIntent, reportOfIntent } from './record-payment-intent.ts'
import type { RecordedBy } from './recorded-by.ts'

let worker: WorkerDeps
beforeAll(async () => {
  worker = await openWorkerDeps()
})
afterAll(async () => worker.close())

const BY: RecordedBy = { writer: 'api', cause: { kind: 'call', id: 'req_test' }, latencyMs: 5 }

const intentOf = (id: string, amount: number): Stripe.PaymentIntent =>
  ({
    id: `pi_${id}`,
    amount,
    amount_received: amount,
    capture_method: 'automatic',
    created: 1_772_442_000,
    currency: 'gbp',
    last_payment_error: null,
    latest_charge: { id: `ch_${id}`, created: 1_772_442_000 },
    metadata: { tillwatch_payment: id, tillwatch_sale: `sale_${id}` },
    status: 'succeeded',
  }) as unknown as Stripe.PaymentIntent

/** A payment that waits for Stripe's answer, its key claimed. */
const begin = async (id: string, amount: number): Promise<void> => {
  const { deps } = worker
  await storeProcessingPayment(deps, id, amount)
  await deps.db.run(
    `INSERT INTO idempotency_keys (key, fingerprint, method, path, status, recovery_point, object_id, trace_id, created_at,
                                   owner, role, token_id, request_body)
     VALUES ($1, 'f', 'POST', '/p', 'started', 'create_payment', $2, 'trace', $3, 1, 'cashier', 'tok_test', '{}')`,
    [`key-${id}`, id, deps.env.clock.now()],
  )
}

const settlementOf = (id: string, intent: Stripe.PaymentIntent): Settlement => ({
  key: `key-${id}`,
  paymentId: id,
  report: reportOfIntent(intent, BY),
  answer: (payment) => ({ status: 201, body: { id: payment.id, status: payment.status } }),
})

const countOf = async (sql: string, params: readonly unknown[]): Promise<number> =>
  Number((await worker.deps.db.first<{ count: bigint }>(sql, params))?.count)

const entriesOf = async (ids: readonly string[]) =>
  countOf('SELECT count(*) FROM journal_entries WHERE payment_id = ANY ($1)', [ids])

const metricOf = async (name: string): Promise<number> => {
  const { values } = (await worker.deps.metrics.registry.getSingleMetric(name)?.get()) ?? { values: [] }
  return values.reduce((sum, { value }) => sum + value, 0)
}

test('64 payments recorded at once, each twice, are posted once each, answered in their places and counted once', async () => {
  const { deps } = worker
  const ids = Array.from({ length: 64 }, (_, index) => `pay_many${index}`)
  for (const [index, id] of ids.entries()) await begin(id, 100 + index)
  const before = await metricOf('ledger_postings_total')
  const records = createPaymentRecords(deps)
  const twice = [...ids, ...ids.toReversed()]
  const answers = await Promise.all(
    twice.map((id) => records.write(settlementOf(id, intentOf(id, 100 + ids.indexOf(id))))),
  )
  expect(answers.map((answer) => (JSON.parse(answer?.text ?? '') as { id: string }).id)).toEqual(twice)
  expect(await entriesOf(ids)).toBe(64)
  const sums = await deps.db.rows<{ amount: bigint }>(
    `SELECT p.amount FROM postings p JOIN journal_entries e ON e.id = p.entry_id
     WHERE e.payment_id = ANY ($1) AND p.account = 'clearing:card' ORDER BY p.amount`,
    [ids],
  )
  expect(sums.map(({ amount }) => amount)).toEqual(ids.map((_, index) => 100n + BigInt(index)))
  expect(
    await countOf(`SELECT count(*) FROM sales WHERE id LIKE 'sale_pay_many%' AND status = 'closed'`, []),
  ).toBe(64)
  expect(
    await countOf(`SELECT count(*) FROM events WHERE payment_id = ANY ($1) AND type = 'payment.attempted'`, [
      ids,
    ]),
  ).toBe(64)
  expect((await metricOf('ledger_postings_total')) - before).toBe(64)
})

test('a payment of other money fails alone: the others of its group are recorded and answered', async () => {
  const ids = ['pay_good1', 'pay_wrong', 'pay_good2']
  for (const id of ids) await begin(id, 500)
  const records = createPaymentRecords(worker.deps)
  const settled = await Promise.allSettled(
    ids.map((id) => records.write(settlementOf(id, intentOf(id, id === 'pay_wrong' ? 501 : 500)))),
  )
  expect(settled).toMatchObject([
    { status: 'fulfilled', value: { status: 201 } },
    { status: 'rejected', reason: { code: 'invariant_violated' } },
    { status: 'fulfilled', value: { status: 201 } },
  ])
  expect(await entriesOf(['pay_good1', 'pay_good2'])).toBe(2)
  expect(await entriesOf(['pay_wrong'])).toBe(0)
})

test('tenders of one sale in one group share its tax to the penny and close it', async () => {
  const { deps } = worker
  await begin('pay_half1', 1000)
  await begin('pay_half2', 1000)
  await deps.db.run(`UPDATE payments SET sale_id = 'sale_pay_half1' WHERE id = 'pay_half2'`)
  await deps.db.run(`UPDATE sales SET total = 2000, tax_amount = 333 WHERE id = 'sale_pay_half1'`)
  const records = createPaymentRecords(deps)
  await Promise.all(
    ['pay_half1', 'pay_half2'].map((id) => records.write(settlementOf(id, intentOf(id, 1000)))),
  )
  const posted = await deps.db.first<{ tax: bigint; net: bigint }>(
    `SELECT -sum(p.amount) FILTER (WHERE account = 'liability:tax')::bigint AS tax,
            -sum(p.amount) FILTER (WHERE account = 'revenue:sales')::bigint AS net
     FROM postings p JOIN journal_entries e ON e.id = p.entry_id WHERE e.sale_id = 'sale_pay_half1'`,
  )
  expect(Number(posted?.tax)).toBe(333)
  expect(Number(posted?.net)).toBe(1667)
  const sale = await deps.db.first<{ status: string; amount_paid: bigint }>(
    `SELECT status, amount_paid FROM sales WHERE id = 'sale_pay_half1'`,
  )
  expect(sale).toEqual({ status: 'closed', amount_paid: 2000n })
})

test('what is rolled back is not counted', async () => {
  const { deps } = worker
  await begin('pay_undone', 700)
  const before = [await metricOf('payments_total'), await metricOf('ledger_postings_total')]
  const undone = deps.db.withTransaction(async (db) => {
    await recordPaymentIntent(deps, db, intentOf('pay_undone', 700), BY)
    throw new Error('the commit never comes')
  })
  await expect(undone).rejects.toThrow('the commit never comes')
  expect([await metricOf('payments_total'), await metricOf('ledger_postings_total')]).toEqual(before)
})

test('groups that name the same payments in opposite orders do not wait for each other in a circle', async () => {
  const { deps } = worker
  const ids = Array.from({ length: 20 }, (_, index) => `pay_circle${index}`)
  for (const id of ids) await begin(id, 300)
  const deadlocks = async () => {
    await deps.db.run('SELECT pg_stat_force_next_flush()')
    return countOf('SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()', [])
  }
  const before = await deadlocks()
  const parts = Array.from({ length: 6 }, () => createPaymentRecords(deps))
  await Promise.all(
    parts.flatMap((records, part) =>
      (part % 2 === 0 ? ids : ids.toReversed()).map((id) =>
        records.write(settlementOf(id, intentOf(id, 300))),
      ),
    ),
  )
  expect(await entriesOf(ids)).toBe(20)
  expect(await deadlocks()).toBe(before)
})

test('a key that two calls finish in one group keeps one answer, and both are given that one', async () => {
  await begin('pay_answers', 900)
  const records = createPaymentRecords(worker.deps)
  const named = (body: string): Settlement => ({
    ...settlementOf('pay_answers', intentOf('pay_answers', 900)),
    answer: () => ({ status: 201, body }),
  })
  const answers = await Promise.all([records.write(named('first')), records.write(named('second'))])
  expect(answers.map((answer) => answer?.text)).toEqual(['"first"', '"first"'])
})
