import type { Database } from '#core/postgres/db.ts'
import type { World } from './world.ts'

interface Waiting {
  readonly id: string
  readonly object_id: string
  readonly payload: string
}

interface Payload {
  readonly data: { readonly object: Record<string, unknown> }
}

const apply = async (world: World, db: Database, { object_id: id, payload }: Waiting): Promise<void> => {
  const object = (JSON.parse(payload) as Payload).data.object
  const at = new Date(Number(object['created']) * 1000).toISOString()
  const amount = Number(object['amount'])
  const trace = object['trace_id'] as { status: string; value: string | null } | null | undefined
  if (id.startsWith('ch_')) await world.post('capture', id, at, 'clearing:card', amount)
  if (id.startsWith('re_')) await world.post('refund', id, at, 'clearing:refund', -amount)
  if (!id.startsWith('po_')) return
  await db.run(
    `INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created,
       balance_transaction, reconciliation_status, updated_at, bank_trace_id, bank_trace_status)
     VALUES ($1, $2, $3, $4, $5, 'standard', $6, $7, $8, $9, $7, $10, $11)
     ON CONFLICT (id) DO UPDATE SET status = excluded.status, amount = excluded.amount,
       reconciliation_status = excluded.reconciliation_status, bank_trace_id = excluded.bank_trace_id,
       bank_trace_status = excluded.bank_trace_status`,
    [
      id,
      object['currency'],
      amount,
      object['status'],
      object['automatic'],
      new Date(Number(object['arrival_date']) * 1000),
      at,
      object['balance_transaction'],
      object['reconciliation_status'],
      trace?.value ?? null,
      trace?.status ?? null,
    ],
  )
}

/** Stands for the worker: applies what is in the inbox at each wake-up, a fact once. Answers how many it has applied. */
export const standInWorker = (world: World): { readonly applied: () => number } => {
  const { db, wakeups } = world.deps
  let applied = 0
  let running = Promise.resolve()
  const drain = async (): Promise<void> => {
    const waiting = await db.rows<Waiting>(
      "SELECT id, object_id, payload FROM webhook_events WHERE status = 'received' ORDER BY seq",
    )
    for (const event of waiting) {
      await apply(world, db, event)
      await db.run("UPDATE webhook_events SET status = 'processed' WHERE id = $1", [event.id])
      applied += 1
    }
  }
  wakeups.listen('inbox', async () => {
    running = running.then(drain)
    await running
  })
  return { applied: () => applied }
}
