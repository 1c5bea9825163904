import { businessDateOf } from '#core/business-date.ts'
import { postEntries } from '#core/ledger/post-entries.ts'
import type { Entry } from '#core/ledger/post-entry.ts'
import { importShop } from '#core/shop.ts'
import type { Deps } from '#core/service.ts'
import { SHOP } from './deps.ts'
import { shuffled, type Plan, type PlannedMovement } from './plan.ts'

/** The journal entry of a movement. */
export const entryOf = (zone: string, movement: PlannedMovement): Entry => {
  const { kind, object, account, currency, at, payment } = movement
  const amountMinor = BigInt(movement.amount)
  return {
    kind,
    sourceId: object,
    occurredAt: new Date(at),
    businessDate: businessDateOf(new Date(at), zone),
    cause: { kind: 'call', id: 'determinism' },
    ...(payment === null ? {} : { paymentId: payment }),
    postings: [
      { account, object, currency, amountMinor },
      {
        account: amountMinor > 0n ? 'revenue:sales' : 'revenue:refunds',
        currency,
        amountMinor: -amountMinor,
      },
    ],
  }
}

const storePayments = async ({ db }: Pick<Deps, 'db'>, plan: Plan): Promise<void> => {
  const payments = JSON.stringify(plan.payments)
  await db.run(
    `INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
       business_date, created_at, updated_at)
     SELECT sale, 't1', 'main', currency, amount, 0, 0, 0, 'open', at, (at AT TIME ZONE 'Europe/London')::date, at, at
     FROM jsonb_to_recordset($1::jsonb) AS p (sale text, currency text, amount bigint, at timestamptz)`,
    [payments],
  )
  await db.run(
    `INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, amount_captured, status, stripe_charge,
       trace_id, accepted_at, created_at, updated_at)
     SELECT id, sale, 't1', 'main', 'card', currency, amount, CASE WHEN charge IS NULL THEN 0 ELSE amount END,
            CASE WHEN charge IS NULL THEN 'processing' ELSE 'succeeded' END, charge, 'trace', at, at, at
     FROM jsonb_to_recordset($1::jsonb) AS p (id text, sale text, currency text, amount bigint, charge text, at timestamptz)`,
    [payments],
  )
}

const BATCH = 200

/** What the ledger holds before the first night, applied in an order that the seed draws; what comes `late` is not in it. */
export const loadLedger = async (
  deps: Deps,
  plan: Plan,
  seed: number,
  late: ReadonlyMap<PlannedMovement, number>,
): Promise<void> => {
  await importShop(deps.db, SHOP, deps.env.clock.now(), 'test')
  await storePayments(deps, plan)
  const inTime = plan.movements.filter((movement) => !late.has(movement))
  const entries = shuffled(inTime, seed).map((movement) => entryOf(plan.zone, movement))
  for (let at = 0; at < entries.length; at += BATCH) {
    const batch = entries.slice(at, at + BATCH)
    await deps.db.withTransaction(async (db) => postEntries(deps.env, db, batch))
  }
}

interface Waiting {
  readonly id: string
  readonly object_id: string
  readonly payload: string
}

/** Stands for the worker: applies what the reconciler submits, a fact once, in an order that the seed draws. */
export const applySubmitted = (deps: Deps, plan: Plan, seed: number): void => {
  const lost = new Map(plan.lost.map((movement) => [movement.object, movement]))
  let running = Promise.resolve()
  const apply = async ({ id, object_id: object, payload }: Waiting): Promise<void> => {
    await deps.db.withTransaction(async (db) => {
      const movement = lost.get(object)
      if (movement) {
        await postEntries(deps.env, db, [entryOf(plan.zone, movement)])
        await db.run(
          "UPDATE payments SET status = 'succeeded', stripe_charge = $2, amount_captured = amount WHERE id = $1",
          [movement.payment, object],
        )
      }
      if (object.startsWith('po_'))
        await db.run(
          `INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created,
             balance_transaction, reconciliation_status, updated_at, bank_trace_id, bank_trace_status)
           SELECT o ->> 'id', o ->> 'currency', (o ->> 'amount')::bigint, o ->> 'status', (o ->> 'automatic')::boolean,
             'standard', to_timestamp((o ->> 'arrival_date')::bigint), to_timestamp((o ->> 'created')::bigint),
             o ->> 'balance_transaction', o ->> 'reconciliation_status', $2, o -> 'trace_id' ->> 'value',
             o -> 'trace_id' ->> 'status'
           FROM (SELECT $1::jsonb -> 'data' -> 'object' AS o) AS event
           ON CONFLICT (id) DO UPDATE
           SET bank_trace_id = excluded.bank_trace_id, bank_trace_status = excluded.bank_trace_status`,
          [payload, deps.env.clock.now()],
        )
      await db.run("UPDATE webhook_events SET status = 'processed' WHERE id = $1", [id])
    })
  }
  const drain = async (): Promise<void> => {
    const waiting = await deps.db.rows<Waiting>(
      "SELECT id, object_id, payload FROM webhook_events WHERE status = 'received' ORDER BY id",
    )
    for (const event of shuffled(waiting, seed)) await apply(event)
  }
  deps.wakeups.listen('inbox', async () => {
    running = running.then(drain)
    await running
  })
}
