import { join } from 'node:path'
import type { Env } from '#core/env.ts'
import { postEntry } from '#core/ledger/post-entry.ts'
import { createLogger } from '#core/log.ts'
import { createMetrics } from '#core/metrics/create-metrics.ts'
import { openDatabase, type Database } from '#core/postgres/db.ts'
import type { Deps } from '#core/service.ts'
import { importShop, parseShop } from '#core/shop.ts'
import { openStripe } from '#core/stripe-client.ts'
import { systemEnv } from '#core/system-env.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { createTempDatabase, type TempDatabase } from '#core/testing/temp-postgres.ts'
import { businessDateOf } from '#core/business-date.ts'
import { newId } from '#core/ids.ts'
import { NO_NOTIFY } from '#core/notify.ts'
import { createRunWorker, type RunWorker } from '../work-runs.ts'
import type { Summary } from '../publish/summary.ts'
import { startFakeStripe, type FakeStripe } from './fake-stripe.ts'

const SHOP = `
account: { zone: Europe/London, currency: gbp }
stores: [{ id: main, name: Main, zone: Europe/London }]
tills: [{ id: t1, store: main, name: One }]
rate_card: [{ currency: gbp, basis_points: 150, fixed: 20 }]
`

const LONDON = 'Europe/London'

/** A shop, its ledger in a database of its own, and a fake Stripe; nothing passes by itself. */
export type World = {
  readonly deps: Deps
  readonly db: Database
  readonly database: TempDatabase
  readonly stripe: FakeStripe
  moveTo(at: string): void
  /** Posts what the gateway would: a capture or refund on its clearing account. */
  post(kind: string, object: string, at: string, account: string, amount: number): Promise<void>
  /** A card sale in the ledger, at Stripe, or both. Fee by the rate card: 1.5 % + 20. */
  charge(name: string, at: string, amount: number, only?: 'ledger' | 'stripe'): Promise<void>
  refund(name: string, at: string, amount: number): Promise<void>
  /** An automatic payout of rows, paid. */
  payout(name: string, at: string, rows: readonly string[]): Promise<void>
  reconcile(from: string, to: string, options?: { dryRun?: boolean; pageSize?: number }): Promise<Summary>
  worker(pageSize?: number): RunWorker
  close(): Promise<void>
}

const feeOf = (amount: number): number => Math.floor((amount * 150 + 5_000) / 10_000) + 20

const seconds = (at: string): number => Date.parse(at) / 1000

type Facts = Pick<World, 'db' | 'stripe' | 'post'>

/** Sales, refunds and payouts, on both sides or on one. */
const tradeIn = ({ db, stripe, post }: Facts): Pick<World, 'charge' | 'refund' | 'payout'> => ({
  charge: async (name, at, amount, only) => {
    const id = `ch_${name}`
    if (only !== 'stripe') await post('capture', id, at, 'clearing:card', amount)
    if (only === 'ledger') return
    const created = seconds(at)
    const row = `txn_${name}`
    stripe.rows.set(row, { id: row, created, amount, fee: feeOf(amount), source: id })
    stripe.objects.set(id, { id, object: 'charge', created, metadata: {}, balance_transaction: row })
  },
  refund: async (name, at, amount) => {
    const id = `re_${name}`
    await post('refund', id, at, 'clearing:refund', -amount)
    const created = seconds(at)
    const row = `txn_r${name}`
    stripe.rows.set(row, { id: row, created, amount: -amount, type: 'refund', source: id })
    stripe.objects.set(id, { id, object: 'refund', created, metadata: {}, balance_transaction: row })
  },
  payout: async (name, at, names) => {
    const id = `po_${name}`
    const created = seconds(at)
    const items = names.map((row) => stripe.rows.get(row)).filter((row) => row !== undefined)
    const amount = items.reduce((sum, row) => sum + row.amount - (row.fee ?? 0), 0)
    for (const row of items) row.payout = id
    const own = `txn_p${name}`
    stripe.rows.set(own, { id: own, created, amount: -amount, type: 'payout', source: id, payout: id })
    const facts = { currency: 'gbp', status: 'paid', automatic: true, reconciliation_status: 'completed' }
    const arrives = created + 86_400
    const dates = { created, arrival_date: arrives, balance_transaction: own }
    stripe.objects.set(id, { id, object: 'payout', amount, ...facts, ...dates })
    await db.run(
      `INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created,
         balance_transaction, reconciliation_status, updated_at)
       VALUES ($1, 'gbp', $2, 'paid', true, 'standard', $3, $4, $5, 'completed', $4)`,
      [id, amount, new Date(arrives * 1000), new Date(at), own],
    )
  },
})

const postIn =
  (env: Env, db: Database): World['post'] =>
  async (kind, object, at, account, amount) => {
    const counter = amount > 0 ? 'revenue:sales' : 'revenue:refunds'
    await postEntry(env, db, {
      kind,
      sourceId: object,
      occurredAt: new Date(at),
      businessDate: businessDateOf(new Date(at), LONDON),
      cause: { kind: 'call', id: 'test' },
      postings: [
        { account, object, currency: 'gbp', amountMinor: BigInt(amount) },
        { account: counter, currency: 'gbp', amountMinor: BigInt(-amount) },
      ],
    })
  }

const reconcileIn =
  (deps: Deps, signal: AbortSignal): World['reconcile'] =>
  async (from, to, options = {}) => {
    const id = newId(deps.env, 'run')
    await deps.db.run(
      `INSERT INTO reconciliation_runs (id, kind, from_date, to_date, dry_run, status, requested_by, requested_at)
       VALUES ($1, 'manual', $2, $3, $4, 'pending', 'test', $5)`,
      [id, from, to, options.dryRun ?? false, deps.env.clock.now()],
    )
    await createRunWorker(deps, options.pageSize ?? 100, signal).work()
    const run = await deps.db.first<{ status: string; error: string; summary: Summary }>(
      'SELECT status, error, summary FROM reconciliation_runs WHERE id = $1',
      [id],
    )
    if (run?.status !== 'succeeded') throw new Error(`run ${run?.status}: ${run?.error}`)
    return run.summary
  }

const createDeps = async (env: Env, db: Database, stripeUrl: string, folder: string): Promise<Deps> => {
  const shop = parseShop(SHOP)
  await importShop(db, shop, env.clock.now(), 'test')
  const listeners = new Map<string, () => Promise<void>>()
  return {
    env,
    db,
    shop,
    stripe: openStripe('sk_test_12345678', stripeUrl),
    stripeFacts: { accountId: 'acct_1', livemode: false, webhookSecrets: [] },
    wakeups: {
      wake: (name: string) => void listeners.get(name)?.(),
      listen: (name: string, drain: () => Promise<void>) => listeners.set(name, drain),
      close: async () => undefined,
    },
    log: createLogger('error'),
    metrics: createMetrics(),
    clickhouse: undefined,
    chainHeadFile: join(folder, 'chain.txt'),
    auditHeadFile: join(folder, 'audit.txt'),
    notify: NO_NOTIFY,
    without: [],
  } as unknown as Deps
}

/** A world in a fresh database; its Stripe is the fake one, or whatever answers at `stripeUrl`. */
export const createWorld = async (now: string, stripeUrl?: string): Promise<World> => {
  const database = await createTempDatabase()
  const db = openDatabase(database.appUrl)
  const folder = await makeTempFolder()
  const stripe = await startFakeStripe()
  let atMs = Date.parse(now)
  const env: Env = { ...systemEnv(), clock: { now: () => new Date(atMs), isSteady: () => true } }
  const deps = await createDeps(env, db, stripeUrl ?? stripe.url, folder.path)
  const stopping = new AbortController()
  const post = postIn(env, db)
  return {
    deps,
    db,
    database,
    stripe,
    post,
    moveTo: (at) => {
      atMs = Date.parse(at)
    },
    ...tradeIn({ db, stripe, post }),
    worker: (pageSize = 100) => createRunWorker(deps, pageSize, stopping.signal),
    reconcile: reconcileIn(deps, stopping.signal),
    close: async () => {
      stopping.abort()
      await stripe.close()
      await db.close()
      await database.drop()
      await folder.remove()
    },
  }
}
