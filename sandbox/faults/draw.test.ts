import { expect, test } from 'vitest'
import { concerns, draw, matchesPath, pick } from './draw.ts'
import { NAMED_SETS } from './named-sets.ts'
import { ruleShape } from './rule.ts'
import type { Rule } from './rule.ts'

test('draws the same for the same words, something else for others, and evenly', () => {
  expect(draw(1, 'a', 2)).toBe(draw(1, 'a', 2))
  expect(draw(1, 'a', 2)).not.toBe(draw(1, 'a', 3))
  const numbers = Array.from({ length: 2_000 }, (_, at) => draw(3, at))
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
  // A fair coin 2,000 times: 1,000 heads, and more than 100 off once in 100,000.
  expect(numbers.filter((number) => number < 0.5).length).toBeGreaterThan(900)
  expect(numbers.filter((number) => number < 0.5).length).toBeLessThan(1_100)
})

test('gives each rule a slice of its own as wide as its probability', () => {
  const rule = (probability: number): Rule => ({ on: 'call', kind: 'error_500', probability })
  const rules = [
    { rule: rule(0.25), place: 4, hits: 0 },
    { rule: rule(0.5), place: 7, hits: 0 },
  ]
  expect([0, 0.2499, 0.25, 0.7499, 0.75, 0.99].map((drawn) => pick(rules, drawn))).toEqual([
    4,
    4,
    7,
    7,
    null,
    null,
  ])
})

test('passes by a rule that has struck its number of times', () => {
  const rule: Rule = { on: 'call', kind: 'error_500', times: 2 }
  expect(pick([{ rule, place: 0, hits: 1 }], 0.99)).toBe(0)
  expect(pick([{ rule, place: 0, hits: 2 }], 0)).toBe(null)
})

test('matches paths by whole segments from the start', () => {
  const cases: [string, string, boolean][] = [
    ['/v1/payment_intents', '/v1/payment_intents', true],
    ['/v1/payment_intents', '/v1/payment_intents/pi_1/confirm', true],
    ['/v1/pay', '/v1/payment_intents', false],
    ['/v1/*/pi_1', '/v1/payment_intents/pi_1', true],
    ['/v1/payment_intents/*/confirm', '/v1/payment_intents/pi_1/capture', false],
    ['/v1/payment_intents/*/confirm', '/v1/payment_intents/pi_1', false],
  ]
  for (const [pattern, path, expected] of cases)
    expect([path, matchesPath(pattern, path)]).toEqual([path, expected])
})

test('asks a rule only where it belongs', () => {
  const conflict: Rule = { on: 'call', kind: 'conflict', times: 1 }
  expect(concerns(conflict, { on: 'call', method: 'POST', path: '/v1/refunds' })).toBe(true)
  expect(concerns(conflict, { on: 'call', method: 'GET', path: '/v1/refunds' })).toBe(false)
  expect(concerns(conflict, { on: 'list', path: '/v1/refunds' })).toBe(false)
  const drop: Rule = { on: 'delivery', kind: 'drop', times: 1, match: { type: 'charge.*' } }
  expect(concerns(drop, { on: 'delivery', type: 'charge.updated' })).toBe(true)
  expect(concerns(drop, { on: 'delivery', type: 'refund.updated' })).toBe(false)
})

test('knows its own sets as rules that anybody could send', () => {
  for (const rules of Object.values(NAMED_SETS)) {
    for (const rule of rules) expect(ruleShape.parse(rule)).toEqual(rule)
  }
})
