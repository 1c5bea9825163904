import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGateway, type TestGateway } from '../testing/open-gateway.ts'

const AT = '2026-03-02T09:00:00Z'
const TRACE = '0'.repeat(32)

/** One of everything that has a page: a payment of the first till with its refund and dispute, and what belongs to the shop. */
const PLANTED = `
  INSERT INTO tills (id, store_id, name) SELECT 'till-2', store_id, 'Till 2' FROM tills WHERE id = 'till-1';
  INSERT INTO sales (id, till_id, store_id, currency, total, tax_amount, tip_amount, discount_amount, status, sold_at, business_date,
      external_ref, created_at, updated_at)
    VALUES ('sale_look', 'till-1', 'high-street', 'gbp', 900, 0, 0, 0, 'open', '${AT}', '2026-03-02', 'S-2002', '${AT}', '${AT}');
  INSERT INTO payments (id, sale_id, till_id, store_id, method, currency, amount, amount_captured, amount_refunded, status,
      external_ref, stripe_payment_intent, stripe_charge, trace_id, accepted_at, created_at, updated_at)
    VALUES ('pay_look', 'sale_look', 'till-1', 'high-street', 'card', 'gbp', 900, 900, 100, 'succeeded', 'R-1001', 'pi_look', 'ch_look',
      '${TRACE}', '${AT}', '${AT}', '${AT}');
  INSERT INTO refunds (id, payment_id, method, currency, amount, reason, status, stripe_refund, trace_id, created_at, updated_at)
    VALUES ('rfd_look', 'pay_look', 'card', 'gbp', 100, 'requested_by_customer', 'succeeded', 're_look', 't', '${AT}', '${AT}');
  INSERT INTO disputes (id, payment_id, stripe_charge, currency, amount, status, reason, is_charge_refundable, has_evidence, opened_at,
      rows_seen, as_of, first_writer, trace_id, created_at, updated_at)
    VALUES ('du_look', 'pay_look', 'ch_look', 'gbp', 900, 'needs_response', 'general', false, false, '${AT}', 0, '${AT}', 'webhook',
      't', '${AT}', '${AT}');
  INSERT INTO reconciliation_runs (id, kind, from_date, to_date, dry_run, status, attempts, requested_by, requested_at)
    VALUES ('run_look', 'manual', '2026-03-02', '2026-03-02', false, 'succeeded', 1, 'test', '${AT}');
  INSERT INTO balance_transactions (id, version, balance_type, type, reporting_category, source, amount, fee, net, currency,
      stripe_created, business_date, available_on, gone, first_seen_at, run_id)
    SELECT id, 1, 'payments', type, type, source, amount, 0, amount, 'gbp', '${AT}', '2026-03-02', '${AT}', false, '${AT}', 'run_look'
    FROM (VALUES ('txn_sale', 'charge', 'ch_look', 900), ('txn_back', 'refund', 're_look', -100), ('txn_lost', 'adjustment', 'du_look', -900),
                 ('txn_out', 'payout', 'po_look', -500)) AS row (id, type, source, amount);
  INSERT INTO payouts (id, currency, amount, status, automatic, method, arrival_at, stripe_created, balance_transaction,
      reconciliation_status, updated_at)
    VALUES ('po_look', 'gbp', 500, 'paid', false, 'standard', '${AT}', '${AT}', 'txn_out', 'not_applicable', '${AT}');
  INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, status, next_attempt_at)
    VALUES ('evt_look', 'charge.succeeded', 'charge', 'ch_look', 'webhook', '{}', '${AT}', '${AT}', 'processed', '${AT}');
  INSERT INTO exceptions (id, category, object, status, severity, currency, expected, actual, difference, business_date, details,
      version, opened_run_id, last_seen_run_id, first_seen_at, last_seen_at, occurred_at, rated_at, due_at)
    VALUES ('exc_look', 'orphan_in_stripe', 'txn_stray', 'open', 'low', 'gbp', 0, 100, 100, '2026-03-02', '{}', 1, 'run_look', 'run_look',
      '${AT}', '${AT}', '${AT}', '${AT}', '${AT}');
  INSERT INTO alert_incidents (id, key, rule, severity, labels, headline, policy, opened_at, counted_from)
    VALUES ('inc_look', 'look', 'PaymentSuccessLow', 'warning', '{}', 'x', '{}', '${AT}', '${AT}');`

/** Every id that somebody may paste, and where it leads. */
const LEADS: readonly (readonly [id: string, kind: string, url: string])[] = [
  ['re_look', 'payment', '/payments/pay_look'],
  ['rfd_look', 'payment', '/payments/pay_look'],
  ['du_look', 'payment', '/payments/pay_look'],
  ['pi_look', 'payment', '/payments/pay_look'],
  ['ch_look', 'payment', '/payments/pay_look'],
  ['txn_sale', 'payment', '/payments/pay_look'],
  ['txn_back', 'payment', '/payments/pay_look'],
  ['txn_lost', 'payment', '/payments/pay_look'],
  ['R-1001', 'payment', '/payments/pay_look'],
  ['S-2002', 'payment', '/payments/pay_look'],
  ['txn_out', 'payout', '/payouts/po_look'],
  ['po_look', 'payout', '/payouts/po_look'],
  ['evt_look', 'webhook', '/payments/webhooks/evt_look'],
  ['exc_look', 'exception', '/reconciliation/exceptions/exc_look'],
  ['run_look', 'run', '/reconciliation/runs/run_look'],
  ['inc_look', 'alert', '/alerts/inc_look'],
]

let gateway: TestGateway
let manager: string
beforeAll(async () => {
  gateway = await openGateway()
  manager = await gateway.token('manager')
  await gateway.asOwner(PLANTED)
})
afterAll(async () => gateway.close())

const look = async (id: string, token: string) => gateway.get(`/lookup?id=${encodeURIComponent(id)}`, token)

test.each(LEADS)('%s opens the %s at %s', async (id, kind, url) => {
  const { status, body } = await look(id, manager)
  expect([status, body.kind, body.url]).toEqual([200, kind, url])
  // As it is pasted out of a mail.
  expect((await look(`  ${id} `, manager)).body.url).toBe(url)
})

test("the same ids name nothing to whoever is bound to another till, nor what is the shop's to whoever is bound at all", async () => {
  const [here, there] = [await gateway.token('manager', 'till-1'), await gateway.token('manager', 'till-2')]
  for (const [id, kind] of LEADS) {
    const away = await look(id, there)
    expect([id, away.status, away.body.error.code]).toEqual([id, 404, 'not_found'])
    expect([id, (await look(id, here)).status]).toEqual([id, kind === 'payment' ? 200 : 404])
  }
})

test('a page that a role may not open is no answer to it, and no hint', async () => {
  const opens = async (role: 'cashier' | 'oncall' | 'admin'): Promise<string[]> => {
    const token = await gateway.token(role)
    const kinds = new Set<string>()
    for (const [id, kind] of LEADS) if ((await look(id, token)).status === 200) kinds.add(kind)
    return [...kinds]
  }
  expect(await opens('cashier')).toEqual(['payment'])
  expect(await opens('oncall')).toEqual(['payment', 'webhook', 'alert'])
  expect(await opens('admin')).toEqual(['webhook', 'alert'])
})
