import autocannon from 'autocannon'
import { createHmac } from 'node:crypto'

/** One order of a load: it comes as a message of the parent's, and its result goes back as one. */
export interface LoadOrder {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  /** Start of the event ids, so that every delivery is a new event; null: no body at all. */
  readonly events: { readonly prefix: string; readonly secret: string } | null
}

export interface LoadResult {
  readonly answered: number
  readonly refused: number
  readonly per_second: number
  readonly p50_ms: number
  readonly p99_ms: number
}

const OUTCOME = {
  advice_code: null,
  network_advice_code: null,
  network_decline_code: null,
  network_status: 'approved_by_network',
  reason: null,
  risk_level: 'normal',
  risk_score: 12,
  seller_message: 'Payment complete.',
  type: 'authorized',
}

const CARD_DETAILS = {
  card: {
    amount_authorized: 1250,
    brand: 'visa',
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'GB',
    exp_month: 12,
    exp_year: 2034,
    fingerprint: 'abcdefghijklmnop',
    funding: 'credit',
    installments: null,
    last4: '4242',
    network: 'visa',
    three_d_secure: null,
    wallet: null,
  },
  type: 'card',
}

/** A charge as Stripe puts it into `charge.succeeded`, in its usual size of some 2 KB. */
const chargeOf = (id: string): Record<string, unknown> => ({
  id: `ch_${id}`,
  object: 'charge',
  amount: 1250,
  amount_captured: 1250,
  amount_refunded: 0,
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: `txn_${id}`,
  billing_details: {
    address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
    email: null,
    name: null,
    phone: null,
    tax_id: null,
  },
  calculated_statement_descriptor: 'BAKERY',
  captured: true,
  created: 1772442000,
  currency: 'gbp',
  customer: null,
  description: null,
  destination: null,
  dispute: null,
  disputed: false,
  failure_balance_transaction: null,
  failure_code: null,
  failure_message: null,
  fraud_details: {},
  livemode: false,
  metadata: { tillwatch_payment: `pay_${id}`, tillwatch_sale: `sale_${id}` },
  on_behalf_of: null,
  outcome: OUTCOME,
  paid: true,
  payment_intent: `pi_${id}`,
  payment_method: `pm_${id}`,
  payment_method_details: CARD_DETAILS,
  receipt_email: null,
  receipt_number: null,
  receipt_url: 'https://pay.stripe.com/receipts/payment/abcdefghijklmnopqrstuvwxyz0123456789',
  refunded: false,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  status: 'succeeded',
  transfer_data: null,
  transfer_group: null,
})

const eventOf = (id: string): string =>
  JSON.stringify({
    id: `evt_${id}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1772442000,
    data: { object: chargeOf(id) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'charge.succeeded',
  })

const signed = (secret: string, body: string): string => {
  const at = Math.floor(Date.now() / 1000)
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`
}

const load = async (order: LoadOrder): Promise<LoadResult> => {
  const { events } = order
  let count = 0
  const result = await autocannon({
    url: order.url,
    connections: order.connections,
    duration: order.seconds,
    method: 'POST',
    ...(events
      ? {
          requests: [
            {
              setupRequest: (request) => {
                const body = eventOf(`${events.prefix}${(count += 1)}`)
                const headers = {
                  'content-type': 'application/json',
                  'stripe-signature': signed(events.secret, body),
                }
                return { ...request, body, headers }
              },
            },
          ],
        }
      : {}),
  })
  return {
    answered: result['2xx'],
    refused: result.non2xx + result.errors,
    per_second: result['2xx'] / result.duration,
    p50_ms: result.latency.p50,
    p99_ms: result.latency.p99,
  }
}

process.on('message', (order: LoadOrder) => {
  void load(order).then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit(0))
process.send?.({ type: 'ready', port: 0 })
