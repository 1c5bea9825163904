import pg from 'pg'

/** Three years, ending here; a hundred seconds apart at a million rows. */
const END = '2026-11-22T20:00:00Z'
const SPAN_S = 3 * 365 * 86_400

const STORES = ['high-street', 'harbour', 'station', 'market'] as const

const settings = STORES.map(
  (
    id,
  ) => `INSERT INTO stores (id, name, zone) VALUES ('${id}', '${id}', 'Europe/London') ON CONFLICT DO NOTHING;
    INSERT INTO tills (id, store_id, name) SELECT '${id}-till-' || n, '${id}', 'Till ' || n FROM generate_series(1, 3) AS n;`,
).join('\n')

/** Each number of a row comes from the row's own hash, so that every run measures the same payments. */
const rows = (count: number): string => `
CREATE TEMP TABLE wanted AS
SELECT n, abs(hashint8(n)) AS h, abs(hashint8(n + 77777777)) AS k,
       date_trunc('milliseconds', timestamptz '${END}' - (n * ${SPAN_S / count} || ' seconds')::interval) AS at,
       (ARRAY['${STORES.join("','")}'])[1 + abs(hashint8(n)) % 4] AS store
FROM generate_series(1, ${count}) AS n;

INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, amount_paid, status, external_ref,
                   sold_at, business_date, created_at, updated_at)
SELECT 'sale_' || lpad(to_hex(n), 12, '0'), store || '-till-' || 1 + k % 3, store, 'gbp', 100 + h % 20000, 0, 0, 0, 0, 'open', 'T-' || n,
       at, at::date, at, at
FROM wanted;

INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, amount_captured, amount_refunded, status,
  stripe_payment_intent, stripe_charge, decline_code, card_brand, card_last4, customer_ref, cashier_ref, external_ref, trace_id,
  accepted_at, finished_at, latency_ms, created_at, updated_at)
SELECT 'pay_' || lpad(to_hex(n), 12, '0'), 'sale_' || lpad(to_hex(n), 12, '0'), store || '-till-' || 1 + k % 3, store,
  CASE WHEN h % 100 < 72 THEN 'card' WHEN h % 100 < 98 THEN 'cash' ELSE 'check' END,
  CASE WHEN k % 50 = 0 THEN 'eur' ELSE 'gbp' END,
  100 + h % 20000,
  CASE WHEN k % 100 < 93 THEN 100 + h % 20000 ELSE 0 END,
  CASE WHEN k % 100 < 2 THEN 100 + h % 20000 ELSE 0 END,
  CASE WHEN k % 100 < 93 THEN 'succeeded' WHEN k % 100 < 97 THEN 'payment_failed' WHEN k % 100 < 99 THEN 'canceled'
       WHEN k % 1000 < 500 THEN 'requires_capture' ELSE 'requires_payment_method' END,
  CASE WHEN h % 100 < 72 THEN 'pi_' || md5(n::text) END, CASE WHEN h % 100 < 72 THEN 'ch_' || md5(n::text) END,
  CASE WHEN k % 100 BETWEEN 93 AND 96 THEN (ARRAY['generic_decline', 'insufficient_funds', 'expired_card', 'stolen_card'])[1 + h % 4] END,
  CASE WHEN h % 100 < 72 THEN (ARRAY['visa', 'mastercard', 'amex'])[1 + k % 3] END,
  CASE WHEN h % 100 < 72 THEN lpad((k % 10000)::text, 4, '0') END,
  CASE WHEN k % 5 = 0 THEN 'customer ' || k % 50000 END, 'cashier ' || h % 40, 'R-' || n, md5(n::text),
  at, at + interval '1.2 seconds', 400 + h % 1500, at, at
FROM wanted`

/** Fills the database with payments over three years; then statistics and a checkpoint, as a database has that was there yesterday. */
export const seedPayments = async (ownerUrl: string, count: number): Promise<void> => {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(settings)
    await client.query(rows(count))
    await client.query('DROP TABLE wanted')
    await client.query('VACUUM (ANALYZE) payments')
    await client.query('VACUUM (ANALYZE) sales')
    await client.query('CHECKPOINT')
  } finally {
    await client.end()
  }
}
