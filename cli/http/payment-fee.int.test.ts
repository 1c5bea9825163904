import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemMachine } from '#core/system-env.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { startTempSandbox } from '../../ingest/testing/temp-sandbox.ts'
import { createRunWorker } from '../../reconciler/work-runs.ts'
import { API, payment, paySale } from './testing/a-sale.ts'
import { openDoor, type Door } from './testing/open-door.ts'

const DATE = '2026-03-02'

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let door: Door
let folder: Awaited<ReturnType<typeof makeTempFolder>>

beforeAll(async () => {
  sandbox = await startTempSandbox(new Date(`${DATE}T09:00:00.000Z`))
  door = await openDoor({ stripe: sandbox.url })
  folder = await makeTempFolder()
})
afterAll(async () => {
  await door.close()
  await sandbox.stop()
  await folder.remove()
})

const pay = async (rest: object): Promise<string> => {
  const answer = await door.send({ path: `${API}/payments`, body: payment(rest) })
  expect(answer.status, answer.text).toBe(201)
  return answer.body.id
}

const feeOf = async (id: string) => {
  const { status, body, text } = await door.send({ path: `${API}/payments/${id}` })
  expect(status, text).toBe(200)
  return [body.fee, body.net, body.balance_currency]
}

const askForRun = async (id: string, status: string): Promise<unknown> =>
  door.deps.db.run(
    `INSERT INTO reconciliation_runs (id, kind, from_date, to_date, dry_run, status, requested_by, requested_at)
     VALUES ($1, 'manual', $2, $2, false, $3, 'test', $4)`,
    [id, DATE, status, door.deps.env.clock.now()],
  )

/** A run about the day of the sales, from the morning after. */
const reconcile = async (): Promise<void> => {
  const { deps } = door
  deps.env.moveTo('2026-03-03T02:00:00.000Z')
  const body = JSON.stringify({ now: deps.env.clock.now().toISOString() })
  const headers = { 'content-type': 'application/json' }
  await fetch(`${sandbox.url}/_sandbox/clock`, { method: 'POST', headers, body })
  await askForRun('run_fees', 'pending')
  const env = { ...deps.env, machine: systemMachine }
  const chainHeadFile = join(folder.path, 'chain.head')
  await createRunWorker({ ...deps, env, chainHeadFile }, 100, new AbortController().signal).work()
  const run = await deps.db.first<{ status: string }>(
    "SELECT status FROM reconciliation_runs WHERE id = 'run_fees'",
  )
  expect(run?.status).toBe('succeeded')
}

// The sandbox keeps 1.5 % and 20, half a unit rounded up (sandbox/domain/fees.ts).
test('what Stripe kept of a payment and what it left is known once its row is, and is nothing else before', async () => {
  const whole = await pay({ amount: 1_000 })
  const small = await pay({ amount: 100 })
  const part = await pay({ amount: 1_000, capture_method: 'manual' })
  await door.send({ path: `${API}/payments/${part}/capture`, body: { amount: 800 } })
  const canceled = await pay({ amount: 1_000, capture_method: 'manual' })
  await door.send({ path: `${API}/payments/${canceled}/cancel`, body: {} })
  const refunded = await pay({ amount: 2_000 })
  await door.send({ path: `${API}/payments/${refunded}/refunds`, body: { amount: 500 } })
  const cash = await paySale(door, 'fee-of-cash')

  for (const id of [whole, small, part, canceled, refunded, cash])
    expect(await feeOf(id)).toEqual([null, null, null])
  await reconcile()
  // 15 + 20; 1.5 is 2, + 20; 12 + 20 of what was captured; 30 + 20, which a refund does not bring back.
  expect(await feeOf(whole)).toEqual([35, 965, 'gbp'])
  expect(await feeOf(small)).toEqual([22, 78, 'gbp'])
  expect(await feeOf(part)).toEqual([32, 768, 'gbp'])
  expect(await feeOf(refunded)).toEqual([50, 1_950, 'gbp'])
  expect(await feeOf(canceled)).toEqual([null, null, null])
  expect(await feeOf(cash)).toEqual([null, null, null])
})

const ROW = `INSERT INTO balance_transactions (id, version, balance_type, type, reporting_category, source, amount, fee, net, currency,
    stripe_created, business_date, available_on, gone, first_seen_at, run_id)
  VALUES ($1, $2, 'payments', $3, $4, $5, $6::bigint, $7::bigint, $6::bigint - $7::bigint, $8, $9, '2026-03-02', $9, $10, $9, 'run_planted')`

const mirror = async (
  row: string,
  version: number,
  charge: string,
  amount: number,
  fee: number,
  rest: { category?: string; currency?: string; gone?: boolean } = {},
): Promise<void> => {
  const { category = 'charge', currency = 'gbp', gone = false } = rest
  const type = category === 'charge' ? 'charge' : 'refund'
  const at = door.deps.env.clock.now()
  await door.deps.db.run(ROW, [row, version, type, category, charge, amount, fee, currency, at, gone])
}

test('the newest version of a row counts, one that is gone does not, and a fee of nothing is known to be nothing', async () => {
  const id = await pay({ amount: 1_000 })
  const read = await door.send({ path: `${API}/payments/${id}` })
  const charge = read.body.stripe_charge as string
  await askForRun('run_planted', 'succeeded')
  // Stripe exchanged it; only the whole authorisation came in, and a part of it went back.
  await mirror('txn_fee', 1, charge, 900, 44, { currency: 'eur' })
  expect(await feeOf(id)).toEqual([44, 856, 'eur'])
  await mirror('txn_fee', 2, charge, 900, 45, { currency: 'eur' })
  await mirror('txn_back', 1, charge, -100, 0, { currency: 'eur', category: 'partial_capture_reversal' })
  expect(await feeOf(id)).toEqual([45, 755, 'eur'])
  await mirror('txn_fee', 3, charge, 900, 0, { currency: 'eur' })
  expect(await feeOf(id)).toEqual([0, 800, 'eur'])
  await mirror('txn_fee', 4, charge, 900, 0, { currency: 'eur', gone: true })
  expect(await feeOf(id)).toEqual([null, null, null])
})
