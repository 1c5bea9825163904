import { expect, test } from 'vitest'
import { inhibitedBy, type Inhibition, type Raised } from './inhibit.ts'
import { identityOf, matches, type Labels } from './labels.ts'

const raised = (labels: Labels): Raised => ({ id: labels['alertname'] ?? '', labels })

const STRIPE_DOWN = raised({ alertname: 'StripeUnreachable', env: 'shop' })
const LOW = raised({ alertname: 'PaymentSuccessRateLow', env: 'shop', about: 'payments' })
const ELSEWHERE = raised({ alertname: 'PaymentLatencyP95High', env: 'other', about: 'payments' })

const CAUSE: Inhibition = {
  source: [{ label: 'alertname', is: 'equal', value: 'StripeUnreachable' }],
  target: [{ label: 'about', is: 'equal', value: 'payments' }],
  equal: ['env'],
}

test('while Stripe is down nobody is told that payments fail', () => {
  expect([...inhibitedBy([LOW, STRIPE_DOWN], [CAUSE])]).toEqual([
    ['PaymentSuccessRateLow', 'StripeUnreachable'],
  ])
})

test('nothing is muted without its cause, or by a cause elsewhere', () => {
  expect(inhibitedBy([LOW], [CAUSE]).size).toBe(0)
  expect(inhibitedBy([STRIPE_DOWN, ELSEWHERE], [CAUSE]).size).toBe(0)
})

test('two causes never silence each other', () => {
  const all: Inhibition = { source: [], target: [], equal: [] }
  expect(inhibitedBy([LOW, STRIPE_DOWN], [all]).size).toBe(0)
})

test('a label missing on both sides is the same, on one side it is not', () => {
  const bare = { ...CAUSE, equal: ['store'] }
  expect(inhibitedBy([LOW, STRIPE_DOWN], [bare]).size).toBe(1)
  const ofStore = raised({ ...LOW.labels, store: 'bakery' })
  expect(inhibitedBy([ofStore, STRIPE_DOWN], [bare]).size).toBe(0)
})

test('the identity of labels knows neither order nor empty labels', () => {
  expect(identityOf({ a: '1', b: '2' })).toBe(identityOf({ b: '2', a: '1', c: '' }))
  expect(identityOf({ a: '1', b: '2' })).not.toBe(identityOf({ a: '12', b: '' }))
})

test('a matcher on a missing label looks at an empty one', () => {
  expect(matches({}, [{ label: 'store', is: 'equal', value: '' }])).toBe(true)
  expect(matches({}, [{ label: 'store', is: 'not_equal', value: 'bakery' }])).toBe(true)
  expect(matches({ store: 'bakery' }, [{ label: 'store', is: 'not_equal', value: 'bakery' }])).toBe(false)
})
