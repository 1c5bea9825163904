import type { Database } from '#core/postgres/db.ts'

let count = 0

/** An event of the inbox; whatever is not given is that of one just received and not applied yet. */
export interface StoredEvent {
  readonly id?: string
  readonly status?: 'received' | 'processing' | 'processed' | 'failed' | 'parked'
  readonly source?: 'webhook' | 'poller'
  readonly object?: string
  readonly receivedAt: Date
  readonly createdAt?: Date
  readonly dueAt?: Date
  readonly failedAt?: Date
}

/** Stores an event of Stripe's; answers its id. */
export const storeEvent = async (db: Database, event: StoredEvent): Promise<string> => {
  count += 1
  const id = event.id ?? `evt_${count}`
  await db.run(
    `INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, status,
                                 next_attempt_at, failed_at)
     VALUES ($1, 'charge.succeeded', 'charge', $2, $3, '{}', $4, $5, $6, $7, $8)`,
    [
      id,
      event.object ?? `ch_${count}`,
      event.source ?? 'webhook',
      event.createdAt ?? event.receivedAt,
      event.receivedAt,
      event.status ?? 'received',
      event.dueAt ?? event.receivedAt,
      event.failedAt ?? null,
    ],
  )
  return id
}

/** A payment as a row; what is not given is that of a card payment of 10.00 which succeeded as it was made. */
export interface StoredPayment {
  readonly id?: string
  readonly at: Date
  readonly finishedAt?: Date | null
  readonly status?: string
  readonly method?: 'card' | 'cash'
  readonly intent?: string
  readonly charge?: string
  readonly till?: string
  readonly store?: string
}

/** Stores a sale with one payment; answers the payment's id. */
export const storePayment = async (db: Database, payment: StoredPayment): Promise<string> => {
  count += 1
  const id = payment.id ?? `pay_${count}`
  const { till = 'till-1', store = 'bakery', status = 'succeeded', method = 'card', at } = payment
  await db.run(
    `INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
                        business_date, created_at, updated_at)
     VALUES ($1, $2, $3, 'gbp', 1000, 0, 0, 0, 'open', $4, $4::timestamptz::date, $4, $4)`,
    [`sale_${id}`, till, store, at],
  )
  await db.run(
    `INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, status, stripe_payment_intent, stripe_charge,
                           trace_id, accepted_at, finished_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, 'gbp', 1000, $6, $7, $8, 'trace', $9, $10, $9, $9)`,
    [
      id,
      `sale_${id}`,
      till,
      store,
      method,
      status,
      payment.intent ?? `pi_${id}`,
      payment.charge ?? `ch_${id}`,
      at,
      payment.finishedAt === undefined ? at : payment.finishedAt,
    ],
  )
  return id
}

/** One sign of life of a process with its counts. */
export const storePulse = async (
  db: Database,
  at: Date,
  counts: Record<string, unknown>,
  services: readonly string[] = ['gateway'],
  process = 'one',
): Promise<void> => {
  await db.run('INSERT INTO service_pulses (process, at, services, counts) VALUES ($1, $2, $3, $4)', [
    process,
    at,
    services,
    JSON.stringify(counts),
  ])
}
