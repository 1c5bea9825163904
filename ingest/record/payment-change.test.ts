import { expect, test } from 'vitest'
import type { PaymentFacts } from '../domain/payment-facts.ts'
import type { PaymentStatus } from '../domain/payment-state.ts'
import { captureEntry, decideChange, type LockedPayment } from './payment-change.ts'
import type { RecordedBy } from './recorded-by.ts'

const NOW = new Date('2026-03-02T09:00:00Z')
const CAUSE = { kind: 'call', id: 'req_1' } as const
/** A refusal of the customer's bank: no charge, so no name of its own. */
const REFUSAL = 'pi_1:payment_intent_authentication_failure:pm_1'

const payment = (status: PaymentStatus): LockedPayment => ({
  id: 'pay_1',
  sale_id: 'sale_1',
  till_id: 'till-1',
  store_id: 'store-1',
  method: 'card',
  currency: 'gbp',
  amount: 800n,
  amount_captured: 0n,
  status,
  stripe_payment_intent: 'pi_1',
  stripe_charge: null,
  decline_code: null,
  failure_code: null,
  failure_message: null,
  card_brand: null,
  card_last4: null,
  trace_id: 'trace',
  first_writer: 'api',
  accepted_at: NOW,
  finished_at: null,
  latency_ms: null,
  attempts: [REFUSAL],
  sale_total: 800n,
  sale_tax: 0n,
  sale_tip: 0n,
  sale_paid: 0n,
})

const facts = (attempt: string): PaymentFacts => ({
  intentId: 'pi_1',
  status: 'payment_failed',
  chargeId: null,
  capturedMinor: 0n,
  occurredAt: null,
  card: null,
  attempt: { id: attempt, outcome: 'failed', code: 'x', declineCode: 'x', message: null },
})

const sentIt: RecordedBy = { writer: 'api', cause: CAUSE, latencyMs: 100 }
const justAsked: RecordedBy = { writer: 'api', cause: CAUSE }
const completer: RecordedBy = { writer: 'completer', cause: CAUSE }
const delivery: RecordedBy = { writer: 'webhook', cause: { kind: 'event', id: 'evt_1' } }

test.each([
  // The second attempt ends as the first did, by words that are the same.
  ['the confirm itself', 'processing', sentIt, true],
  ['the completer', 'processing', completer, true],
  // A confirm is on its way: what Stripe shows is still the first attempt.
  ['somebody who asks while a confirm is on its way', 'processing', justAsked, false],
  ['a late delivery', 'processing', delivery, false],
  ['somebody who asks while the customer is asked', 'requires_action', justAsked, true],
  ['a late delivery while the customer is asked', 'requires_action', delivery, false],
  ['somebody who asks after the end', 'payment_failed', justAsked, false],
] as const)('a refusal that was recorded before, told by %s', (_, status, by, isNew) => {
  const change = decideChange(payment(status), facts(REFUSAL), by, NOW)
  expect(change?.next.status ?? status).toBe(isNew ? 'payment_failed' : status)
  expect(change?.next.attempts.length ?? 1).toBe(isNew ? 2 : 1)
})

test('a refusal that has a charge of its own counts once, whoever tells it', () => {
  const known = { ...payment('processing'), attempts: ['ch_1'] }
  for (const by of [sentIt, completer, delivery])
    expect(decideChange(known, facts('ch_1'), by, NOW)).toBeUndefined()
})

const captured = (occurredAt: Date | null): PaymentFacts => ({
  ...facts('ch_1'),
  status: 'succeeded',
  chargeId: 'ch_1',
  capturedMinor: 800n,
  occurredAt,
  attempt: { id: 'ch_1', outcome: 'succeeded', code: null, declineCode: null, message: null },
})

const STRIPES = new Date('2026-03-01T23:59:59Z')

test.each([
  ['who waited for the answer', sentIt],
  ['a delivery', delivery],
  ['somebody who found it later', completer],
])("the journal has a capture at Stripe's moment, on its date, told by %s", (_, by) => {
  const change = decideChange(payment('processing'), captured(STRIPES), by, NOW)
  const entry = change && captureEntry(change, undefined, 'Europe/London')
  expect([entry?.occurredAt, entry?.businessDate]).toEqual([STRIPES, '2026-03-01'])
})

test('of a manual capture without a moment of its own an event tells it, and else the clock', () => {
  const told = decideChange(payment('requires_capture'), captured(null), { ...delivery, at: STRIPES }, NOW)
  expect(told?.takenAt).toEqual(STRIPES)
  expect(decideChange(payment('requires_capture'), captured(null), sentIt, NOW)?.takenAt).toEqual(NOW)
})
