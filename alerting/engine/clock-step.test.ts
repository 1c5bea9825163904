import { expect, test } from 'vitest'
import { clockStepOf } from './clock-step.ts'

const AT = new Date('2026-03-02T09:00:00.000Z')
const seen = { term: 1n, beat: 7n, clockAt: AT, sinceMs: 1_000, lateMs: 0 }
const after = (clockMs: number, machineMs: number) =>
  [new Date(AT.getTime() + clockMs), 1_000 + machineMs] as const

test.each([
  ['a clock that runs with the machine', 5_000, 5_000, 0],
  ['a small correction', 6_900, 5_000, 0],
  ['set forwards', 3_605_000, 5_000, 3_600_000],
  ['set back', -3_595_000, 5_000, -3_600_000],
  ['a machine that was asleep: its own time stood still', 28_800_000, 0, 28_800_000],
])('%s', (_, clockMs, machineMs, step) => {
  expect(clockStepOf(seen, ...after(clockMs, machineMs))).toBe(step)
})

test('who saw the beat late trusts a small difference less, and who knows no beat trusts none', () => {
  const late = { ...seen, lateMs: 15_000 }
  expect(clockStepOf(late, ...after(15_000, 0))).toBe(0)
  expect(clockStepOf(late, ...after(60_000, 0))).toBe(60_000)
  expect(clockStepOf({ ...seen, lateMs: null }, ...after(3_600_000, 0))).toBe(0)
  expect(clockStepOf(null, ...after(3_600_000, 0))).toBe(0)
})
