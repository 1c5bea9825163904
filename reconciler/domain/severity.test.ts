import { expect, test } from 'vitest'
import { parseShop } from '#core/shop.ts'
import { actBy, rate, type SeverityRules } from './severity.ts'

const rulesOf = (lines = ''): SeverityRules =>
  parseShop(`
account: { zone: Europe/London, currency: gbp }
stores: [{ id: main, name: Main, zone: Europe/London }]
tills: [{ id: t1, store: main, name: One }]
exceptions: { ${lines} }
`).exceptions

const RULES = rulesOf()
const AT = new Date('2026-03-02T10:00:00Z')
const after = (hours: number, ms = 0) => new Date(AT.getTime() + hours * 3_600_000 + ms)
const rated = (difference: bigint, now: Date, currency = 'gbp', rules = RULES) =>
  rate({ difference, currency, occurredAt: AT }, now, rules)

test.each([
  [0n, 'gbp', 'low'],
  [999n, 'gbp', 'low'],
  [1_000n, 'gbp', 'medium'],
  [-9_999n, 'gbp', 'medium'],
  [10_000n, 'gbp', 'high'],
  [-99_999n, 'gbp', 'high'],
  [-100_000n, 'gbp', 'critical'],
  [999n, 'jpy', 'high'],
  [1_000n, 'jpy', 'critical'],
  [99_999n, 'kwd', 'medium'],
  [1_000n, 'xyz', 'medium'],
])('%s %s that just happened is %s', (difference, currency, severity) => {
  expect(rated(difference, AT, currency).severity).toBe(severity)
})

test.each([
  [24, -1, 'low'],
  [24, 0, 'medium'],
  [72, -1, 'medium'],
  [72, 0, 'high'],
  [120, -1, 'high'],
  [120, 0, 'critical'],
])('a penny that is %i h and %i ms old is %s', (hours, ms, severity) => {
  expect(rated(1n, after(hours, ms)).severity).toBe(severity)
})

test('the worse of amount and age counts, and only an age that makes it worse is waited for', () => {
  expect(rated(10_000n, after(30))).toEqual({ severity: 'high', nextAt: after(120) })
  expect(rated(1n, after(80))).toEqual({ severity: 'high', nextAt: after(120) })
  expect(rated(1n, after(1))).toEqual({ severity: 'low', nextAt: after(24) })
  expect(rated(100_000n, after(1))).toEqual({ severity: 'critical', nextAt: null })
  expect(rated(1n, after(500))).toEqual({ severity: 'critical', nextAt: null })
})

test('a shop has bounds of its own, and a currency may have others', () => {
  const rules = rulesOf(
    `severity_amounts: { medium: 5 }, severity_hours: { medium: 2 },
     severity_amounts_by_currency: [{ currency: jpy, medium: 1000, high: 10000, critical: 100000 }]`,
  )
  expect(rated(500n, AT, 'gbp', rules).severity).toBe('medium')
  expect(rated(1n, after(2), 'gbp', rules).severity).toBe('medium')
  expect(rated(9_999n, AT, 'jpy', rules).severity).toBe('medium')
  expect(rated(999n, AT, 'jpy', rules).severity).toBe('low')
})

test('getting worse brings the date to act nearer and never puts it off', () => {
  expect(actBy('low', AT, RULES)).toEqual(after(168))
  expect(actBy('critical', after(1), RULES, after(168))).toEqual(after(5))
  expect(actBy('high', after(71), RULES, after(72))).toEqual(after(72))
})
