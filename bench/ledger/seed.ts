import type Stripe from 'stripe'
import type { Deps } from '#core/service.ts'

/** A card payment that stands as the gateway leaves it while Stripe works: claimed, `processing`. */
export interface Seeded {
  readonly paymentId: string
  readonly key: string
  readonly amount: number
}

const AMOUNT_MINOR = 1_250
const TAX_MINOR = 208

const insertSales = `
  INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at,
                     business_date, created_at, updated_at)
  SELECT 'sale_' || id, 'till-1', 'high-street', 'gbp', $2, $3, 0, 0, 'open', $4, '2026-03-02', $4, $4
  FROM unnest($1::text[]) AS given (id)`
const insertLines = `
  INSERT INTO sale_lines (sale_id, position, name, quantity, unit_amount, tax_amount)
  SELECT 'sale_' || id, line, 'Bread', 1, $2::bigint / 2, $3::bigint / 2
  FROM unnest($1::text[]) AS given (id), generate_series(1, 2) AS line`
const insertPayments = `
  INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, status, capture_method, trace_id,
                        accepted_at, created_at, updated_at)
  SELECT id, 'sale_' || id, 'till-1', 'high-street', 'card', 'gbp', $2, 'processing', 'automatic', md5(id), $3, $3, $3
  FROM unnest($1::text[]) AS given (id)`
const insertKeys = `
  INSERT INTO idempotency_keys (key, fingerprint, method, path, status, recovery_point, object_id, trace_id, created_at,
                                owner, role, token_id, request_body)
  SELECT 'key-' || id, md5(id), 'POST', '/payments/api/payments', 'started', 'create_payment', id, md5(id), $2, 1,
         'cashier', 'tok_bench', '{"payment_method": "pm_card_visa"}'
  FROM unnest($1::text[]) AS given (id)`

/** Adds `count` payments that wait for Stripe's answer, each with a sale of two lines and a claimed key; not measured. */
export const seedPayments = async (deps: Deps, round: number, count: number): Promise<Seeded[]> => {
  const ids = Array.from({ length: count }, (_, index) => `pay_${round}x${String(index).padStart(6, '0')}`)
  const now = deps.env.clock.now()
  await deps.db.run(insertSales, [ids, AMOUNT_MINOR, TAX_MINOR, now])
  await deps.db.run(insertLines, [ids, AMOUNT_MINOR, TAX_MINOR])
  await deps.db.run(insertPayments, [ids, AMOUNT_MINOR, now])
  await deps.db.run(insertKeys, [ids, now])
  return ids.map((paymentId) => ({ paymentId, key: `key-${paymentId}`, amount: AMOUNT_MINOR }))
}

/** Stripe's answer to a confirmed intent of that payment, with its charge expanded, in the fields that recording reads. */
export const succeededIntent = (seeded: Seeded, createdS: number): Stripe.PaymentIntent => {
  const name = seeded.paymentId.slice('pay_'.length)
  const charge = {
    id: `ch_${name}`,
    object: 'charge',
    created: createdS,
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: '4242' } },
  }
  const intent = {
    id: `pi_${name}`,
    object: 'payment_intent',
    amount: seeded.amount,
    amount_received: seeded.amount,
    capture_method: 'automatic',
    created: createdS,
    currency: 'gbp',
    last_payment_error: null,
    latest_charge: charge,
    livemode: false,
    metadata: { tillwatch_payment: seeded.paymentId, tillwatch_sale: `sale_${seeded.paymentId}` },
    status: 'succeeded',
  }
  return intent as unknown as Stripe.PaymentIntent
}
