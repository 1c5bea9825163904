import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { factsOfCharge, factsOfIntent } from './payment-facts.ts'

const CREATED = Date.parse('2026-03-02T23:50:00Z') / 1000
const CAPTURED = Date.parse('2026-03-03T00:10:00Z') / 1000

const charge = (fields: object): Stripe.Charge =>
  ({
    id: 'ch_1',
    object: 'charge',
    status: 'succeeded',
    captured: true,
    amount_captured: 800,
    created: CREATED,
    payment_intent: 'pi_1',
    balance_transaction: 'txn_1',
    payment_method_details: { type: 'card', card: {} },
    ...fields,
  }) as unknown as Stripe.Charge

const intent = (fields: object): Stripe.PaymentIntent =>
  ({
    id: 'pi_1',
    object: 'payment_intent',
    status: 'succeeded',
    amount_received: 800,
    created: CREATED - 60,
    capture_method: 'automatic',
    latest_charge: charge({}),
    ...fields,
  }) as unknown as Stripe.PaymentIntent

const MANUAL = { payment_method_details: { type: 'card', card: { capture_before: CREATED + 604_800 } } }
const ROW = { balance_transaction: { id: 'txn_1', object: 'balance_transaction', created: CAPTURED } }

test.each([
  ['a charge', factsOfCharge(charge({})), CREATED],
  ['a payment intent with its charge', factsOfIntent(intent({})), CREATED],
  ['a manual capture that shows its row', factsOfCharge(charge({ ...MANUAL, ...ROW })), CAPTURED],
  [
    'its payment intent',
    factsOfIntent(intent({ capture_method: 'manual', latest_charge: charge({ ...MANUAL, ...ROW }) })),
    CAPTURED,
  ],
  // Its charge is as old as the authorisation: that is not when the money was taken.
  ['a manual capture without its row', factsOfCharge(charge(MANUAL)), null],
])('when the money was taken, by %s', (_, facts, expected) => {
  expect(facts?.occurredAt?.getTime() ?? null).toBe(expected === null ? null : expected * 1000)
})
