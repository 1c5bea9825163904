import { expect, test } from 'vitest'
import { adviceFor, failureClassOf, KNOWN_DECLINE_CODES, visibleDeclineCode } from './decline-advice.ts'

/** Stripe's decline codes (stripe.md §2). */
const STRIPE_CODES =
  `approve_with_id authentication_required authentication_not_handled call_issuer card_not_supported
card_velocity_exceeded currency_not_supported do_not_honor do_not_try_again duplicate_transaction expired_card fraudulent
generic_decline incorrect_number incorrect_cvc incorrect_pin incorrect_zip incorrect_address insufficient_funds
invalid_account invalid_amount invalid_cvc invalid_expiry_month invalid_expiry_year invalid_number invalid_pin
issuer_not_available lost_card merchant_blacklist mobile_device_authentication_required new_account_information_available
no_action_taken not_permitted offline_pin_required online_or_offline_pin_required pickup_card pin_try_exceeded
processing_error reenter_transaction restricted_card revocation_of_authorization revocation_of_all_authorizations
security_violation service_not_allowed stolen_card stop_payment_order testmode_decline transaction_not_allowed
try_again_later withdrawal_count_limit_exceeded`.split(/\s+/)

test('every decline code of Stripe has its advice', () => {
  expect(STRIPE_CODES.filter((code) => !KNOWN_DECLINE_CODES.includes(code))).toEqual([])
})

/** Codes of a card error that are no decline codes, codes of terminals, and our own (stripe.md §2, §6). */
const FAILURE_CODES = [
  'card_declined',
  'expired_card',
  'incorrect_cvc',
  'incorrect_number',
  'processing_error',
  'authentication_required',
  'authentication_not_handled',
  'payment_intent_authentication_failure',
  'terminal_reader_offline',
  'terminal_reader_busy',
  'terminal_reader_timeout',
  'terminal_reader_hardware_fault',
  'customer_canceled',
]

test.each(FAILURE_CODES)('the failure code %s has its advice', (code) => {
  expect(KNOWN_DECLINE_CODES).toContain(code)
})

test.each([...STRIPE_CODES, ...FAILURE_CODES])('%s tells the cashier what to say and to offer', (code) => {
  const { say, offer, same_card: same, runbook } = adviceFor(code)
  expect(say).toMatch(/^[A-Z].*[.?!]$/)
  // Nobody at a till reads a code out.
  expect(say).not.toContain('_')
  expect(offer).toContain('cash')
  expect(['no', 'later', 'yes']).toContain(same)
  expect(runbook).toContain('runbook.md, section 3')
})

/** Only these may be tried again at once with the same card (stripe.md §2, same-card retry). */
test.each([
  'issuer_not_available',
  'processing_error',
  'reenter_transaction',
  'approve_with_id',
  'try_again_later',
  'terminal_reader_timeout',
])('%s may be tried again with the same card', (code) => {
  expect(adviceFor(code).same_card).toBe('yes')
})

test.each([
  'do_not_honor',
  'lost_card',
  'stolen_card',
  'fraudulent',
  'pickup_card',
  'expired_card',
  'restricted_card',
])('after %s the same card is not tried again', (code) => {
  expect(adviceFor(code).same_card).toBe('no')
})

test('a reader that fails is our trouble, not the customer', () => {
  expect(failureClassOf('terminal_reader_offline')).toBe('system')
  expect(failureClassOf('customer_canceled')).toBe('customer')
})

test('each code stands in one family', () => {
  expect(new Set(KNOWN_DECLINE_CODES).size).toBe(KNOWN_DECLINE_CODES.length)
})

test('a declined card is not tried again at once, and another way is offered', () => {
  expect(adviceFor('do_not_honor')).toMatchObject({ same_card: 'no', offer: ['other_card', 'cash'] })
  expect(adviceFor('do_not_honor').say).toContain('check with your bank')
})

test('short funds offer another card or a split', () => {
  expect(adviceFor('insufficient_funds')).toMatchObject({
    same_card: 'later',
    offer: ['other_card', 'split', 'cash'],
    runbook: 'runbook.md, section 3, Insufficient Funds',
  })
})

test('a code that nobody knows is an ordinary refusal', () => {
  expect(adviceFor('something_new')).toEqual(adviceFor('generic_decline'))
  expect(adviceFor(null)).toEqual(adviceFor('generic_decline'))
  expect(failureClassOf('something_new')).toBe('issuer')
})

test.each(['fraudulent', 'lost_card', 'stolen_card', 'merchant_blacklist', 'pickup_card'])(
  '%s is generic to a cashier, in code and in words',
  (code) => {
    expect(visibleDeclineCode(code, 'cashier')).toBe('generic_decline')
    expect(visibleDeclineCode(code, 'finance')).toBe(code)
    expect(adviceFor(code)).toEqual(adviceFor('generic_decline'))
    expect(failureClassOf(code)).toBe('fraud')
  },
)

test('no advice names the runbook where it has no such case', () => {
  const named = new Set(KNOWN_DECLINE_CODES.map((code) => adviceFor(code).runbook.split(', ')[2]))
  expect([...named].sort()).toEqual([
    'Authentication Required',
    'Card Declined',
    'Insufficient Funds',
    'Network Connection Issues',
  ])
})
