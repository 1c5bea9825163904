import type { Db } from '#core/postgres/db.ts'

/** Sales with a card payment each, at an even pace before $2; two of a hundred were refused. $1 how many, $3 over this interval. */
const SALES = `
INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, amount_paid, status, sold_at,
  business_date, created_at, updated_at)
SELECT 'sale_' || n, 'bakery-till-1', 'bakery', 'gbp', 1000, 0, 0, 0, CASE WHEN n % 50 = 3 THEN 0 ELSE 1000 END,
  CASE WHEN n % 50 = 3 THEN 'open' ELSE 'closed' END, at, at::date, at, at
FROM (SELECT n, $2::timestamptz - $3::interval * (n::float / $1::integer) AS at FROM generate_series(1, $1::integer) AS n) AS made`

const PAYMENTS = `
INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, amount_captured, status, capture_method,
  stripe_payment_intent, decline_code, trace_id, first_writer, accepted_at, finished_at, latency_ms, created_at, updated_at)
SELECT replace(id, 'sale_', 'pay_'), id, till_id, store_id, 'card', currency, total, amount_paid,
  CASE WHEN status = 'open' THEN 'payment_failed' ELSE 'succeeded' END, 'automatic', replace(id, 'sale_', 'pi_'),
  CASE WHEN status = 'open' THEN 'insufficient_funds' END, id, 'api', created_at, created_at + interval '1 s', 900, created_at,
  created_at + interval '1 s'
FROM sales`

/** Three deliveries of Stripe per payment, all applied. */
const WEBHOOKS = `
INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, status, attempts,
  next_attempt_at, result, processed_at)
SELECT 'evt_' || p.id || '_' || n, 'payment_intent.succeeded', 'payment_intent', p.stripe_payment_intent, 'webhook', '{}',
  p.finished_at, p.finished_at + interval '1 s', 'processed', 1, p.finished_at, 'applied', p.finished_at + interval '2 s'
FROM payments p CROSS JOIN generate_series(1, 3) AS n`

/** What two processes said of themselves in the last hour. */
const PULSES = `
INSERT INTO service_pulses (process, at, services, counts)
SELECT 'process ' || process, $1::timestamptz - n * interval '5 s', '{gateway,worker,reconciler}',
  '{"http_requests": {"2xx": 40, "5xx": 0}, "stripe_requests": {"ok": 12, "card_error": 1}}'
FROM generate_series(0, 719) AS n CROSS JOIN generate_series(1, 2) AS process`

/** Fills Postgres with `payments` sales up to `until`, with what the alerts ask of it; `db` is the owner's. */
export const fillBooks = async (db: Db, payments: number, days: number, until: Date): Promise<void> => {
  await db.run(SALES, [payments, until, `${days} days`])
  await db.run(PAYMENTS)
  await db.run(WEBHOOKS)
  await db.run(PULSES, [until])
  await db.run('ANALYZE')
}
