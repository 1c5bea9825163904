import type Stripe from 'stripe'
import { expect, test } from 'vitest'
import { mismatchOfIntent, mismatchOfRefund } from './reply-check.ts'

const ASKED = { id: 'pay_1', currency: 'gbp', amount: 1_000n, captured: 0n }

const intent = (over: Partial<Stripe.PaymentIntent> = {}) =>
  ({
    livemode: false,
    currency: 'gbp',
    amount: 1_000,
    amount_received: 1_000,
    status: 'succeeded',
    capture_method: 'automatic_async',
    ...over,
  }) as Stripe.PaymentIntent

test.each([
  ['agrees', intent(), null],
  ['another mode', intent({ livemode: true }), 'livemode is true, not false'],
  ['another currency', intent({ currency: 'usd' }), 'currency is usd, not gbp'],
  ['another amount', intent({ amount: 100 }), 'amount is 100, not 1000'],
  ['less was taken', intent({ amount_received: 900 }), 'amount_received is 900, not 1000'],
  ['nothing taken yet', intent({ status: 'requires_action', amount_received: 0 }), null],
  ['a part, by hand', intent({ capture_method: 'manual', amount_received: 600 }), null],
])('%s', (_, reply, wrong) => {
  expect(mismatchOfIntent(ASKED, reply, false, 'pay_1', null)).toBe(wrong)
})

test('a capture takes what it asked for', () => {
  const reply = intent({ capture_method: 'manual', amount_received: 1_000 })
  expect(mismatchOfIntent(ASKED, reply, false, undefined, 600n)).toBe('amount_received is 1000, not 600')
})

test('money that was taken stays what it was', () => {
  const reply = intent({ amount_received: 1_000 })
  expect(mismatchOfIntent({ ...ASKED, captured: 600n }, reply, false, 'pay_1', null)).toBe(
    'amount_received is 1000, not 600',
  )
})

test('an intent of another payment is not ours', () => {
  expect(mismatchOfIntent(ASKED, intent(), false, 'pay_2', null)).toBe('payment is pay_2, not pay_1')
})

test.each([
  [{ amount: 500, currency: 'gbp' }, 'rfd_1', null],
  [{ amount: 400, currency: 'gbp' }, 'rfd_1', 'amount is 400, not 500'],
  [{ amount: 500, currency: 'eur' }, 'rfd_1', 'currency is eur, not gbp'],
  [{ amount: 500, currency: 'gbp' }, 'rfd_2', 'refund is rfd_2, not rfd_1'],
])('a refund of %o named %s', (reply, named, wrong) => {
  const asked = { id: 'rfd_1', currency: 'gbp', amount: 500n }
  expect(mismatchOfRefund(asked, reply as Stripe.Refund, named)).toBe(wrong)
})
