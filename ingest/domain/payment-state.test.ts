import { expect, test } from 'vitest'
import {
  PAYMENT_STATUSES,
  PAYMENT_TRANSITIONS,
  REFUND_STATUSES,
  refundTransition,
  type PaymentStatus,
} from './payment-state.ts'

/** Columns in the order of PAYMENT_STATUSES: = same, > move, . stale. */
const TABLE: Readonly<Record<PaymentStatus, string>> = {
  //                        rpm rc ra pr rcap ok can fail
  requires_payment_method: '=>>>>>>>',
  requires_confirmation: /**/ '.=>>>>>>',
  requires_action: /*      */ '..=>>>>>',
  processing: /*           */ '..>=>>>>',
  requires_capture: /*     */ '....=>>.',
  succeeded: /*            */ '.....=..',
  canceled: /*             */ '.....>=.',
  payment_failed: /*       */ '....>>>=',
}
const SIGNS = { same: '=', move: '>', stale: '.' } as const

test.each(Object.entries(TABLE))('from %s a report does %s', (from, row) => {
  const signs = PAYMENT_STATUSES.map((to) => SIGNS[PAYMENT_TRANSITIONS[from as PaymentStatus][to]])
  expect(signs.join('')).toBe(row)
})

test('nothing but taken money takes a payment out of an end', () => {
  for (const end of ['succeeded', 'canceled'] as const) {
    const out = PAYMENT_STATUSES.filter((to) => PAYMENT_TRANSITIONS[end][to] === 'move')
    expect(out).toEqual(end === 'canceled' ? ['succeeded'] : [])
  }
})

/** Columns in the order of REFUND_STATUSES. */
const REFUNDS = {
  processing: '=>>>>>',
  pending: '.=>>>>',
  requires_action: '..=>>>',
  succeeded: '...=>>',
  failed: '....=.',
  canceled: '.....=',
} as const

test.each(Object.entries(REFUNDS))('a refund that is %s: %s', (from, row) => {
  const signs = REFUND_STATUSES.map((to) => SIGNS[refundTransition(from as keyof typeof REFUNDS, to)])
  expect(signs.join('')).toBe(row)
})
