import type { Deps } from '#core/service.ts'

/** An attempt as a test writes it by hand; each is a payment and a sale of its own unless they are named. */
export interface Attempt {
  readonly at: string
  readonly amount: number
  readonly outcome?: 'succeeded' | 'failed'
  readonly code?: string
  readonly kind?: string
  readonly till?: string
  readonly store?: string
  readonly currency?: string
  readonly latencyMs?: number
  readonly payment?: string
  readonly sale?: string
  /** What of the sale is paid by now, and of how much. */
  readonly paid?: number
  readonly total?: number
}

let count = 0

const insertSale = `INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, amount_paid,
    status, sold_at, business_date, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, $7, $8::timestamptz, $8::date, $8, $8) ON CONFLICT (id) DO NOTHING`
const insertPayment = `INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, status, trace_id, accepted_at,
    created_at, updated_at)
  VALUES ($1, $2, $3, $4, 'card', $5, $6, $7, 'trace', $8, $8, $8) ON CONFLICT (id) DO NOTHING`
const insertEvent = `INSERT INTO events (id, type, occurred_at, recorded_at, payment_id, body)
  VALUES ($1, 'payment.attempted', $2, $2, $3, $4)`

const COLUMNS = [
  ...[
    'event_id',
    'type',
    'occurred_at',
    'recorded_at',
    'store_id',
    'till_id',
    'sale_id',
    'payment_id',
    'method',
  ],
  ...['currency', 'amount_minor', 'outcome', 'failure_class', 'decline_code', 'latency_ms'],
]

/** Postgres takes no NUL, ClickHouse does. */
const inPostgres = (text: string): string => text.replaceAll('\\u0000', '')

/** Writes attempts with their sales and payments into Postgres, and into ClickHouse unless it is left out. */
export const writeAttempts = async (
  { db, clickhouse }: Pick<Deps, 'db' | 'clickhouse'>,
  attempts: readonly Attempt[],
  { relayed = true } = {},
): Promise<void> => {
  for (const attempt of attempts) {
    count += 1
    const { at, amount, outcome = 'failed', till = 'till-1', store = 'bakery', currency = 'gbp' } = attempt
    const { payment = `pay_${count}`, sale = `sale_${count}`, paid = 0, total = amount } = attempt
    const { latencyMs = 900 } = attempt
    const isFailed = outcome === 'failed'
    const code = isFailed ? (attempt.code ?? 'insufficient_funds') : ''
    const kind = isFailed ? (attempt.kind ?? 'issuer') : 'none'
    const saleStatus = paid === total ? 'closed' : 'open'
    await db.run(insertSale, [sale, till, store, currency, total, paid, saleStatus, at])
    await db.run(insertPayment, [
      ...[payment, sale, till, store, currency, amount],
      isFailed ? 'payment_failed' : 'succeeded',
      at,
    ])
    const body = {
      ...{ store_id: store, till_id: till, sale_id: sale, payment_id: payment, method: 'card', currency },
      ...{ amount_minor: String(amount), outcome, failure_class: kind, decline_code: code },
      latency_ms: latencyMs,
    }
    const id = `evt_${count}`
    await db.run(insertEvent, [id, at, payment, inPostgres(JSON.stringify(body))])
    if (!relayed) continue
    const time = at.replace('T', ' ').replace('Z', '')
    const row = [id, 'payment.attempted', time, time, store, till, sale, payment, 'card', currency]
    const values = [...row, String(amount), outcome, kind, code, latencyMs]
    // Twice, as the relay may send it.
    await clickhouse.insert('payment_events_raw_v1', COLUMNS, [values], `${id}a`)
    await clickhouse.insert('payment_events_raw_v1', COLUMNS, [values], `${id}b`)
  }
}
