import { expect, test } from 'vitest'
import { ackEndsAt, nextStep, type EscalationPolicy, type Incident } from './escalation.ts'

const MINUTE_MS = 60_000
const OPENED = new Date('2026-03-02T09:00:00.000Z')

/** The first page at once, a second after five minutes, the manager after fifteen; twice, half an hour apart. */
const POLICY: EscalationPolicy = {
  steps: [
    { afterMs: 0, contacts: ['oncall'] },
    { afterMs: 5 * MINUTE_MS, contacts: ['oncall_second'] },
    { afterMs: 15 * MINUTE_MS, contacts: ['it_support', 'manager'] },
  ],
  rounds: 2,
  pauseMs: 30 * MINUTE_MS,
  ackExpiresMs: 60 * MINUTE_MS,
}

const incident = (toldSteps: number, ackedAt: Date | null = null): Incident => ({
  countedFrom: OPENED,
  toldSteps,
  ackedAt,
})

test.each([
  [0, 0, ['oncall']],
  [1, 5, ['oncall_second']],
  [2, 15, ['it_support', 'manager']],
  [3, 45, ['oncall']],
  [4, 50, ['oncall_second']],
  [5, 60, ['it_support', 'manager']],
])('after %d steps the next is due at minute %d for %j', (told, minute, contacts) => {
  const at = new Date(OPENED.getTime() + minute * MINUTE_MS)
  expect(nextStep(POLICY, incident(told))).toEqual({ step: told, at, contacts })
})

test('after the last round nobody is told again', () => {
  expect(nextStep(POLICY, incident(6))).toBeUndefined()
})

test('whoever takes it stops the chain, for an hour', () => {
  const taken = incident(1, new Date(OPENED.getTime() + 2 * MINUTE_MS))
  expect(nextStep(POLICY, taken)).toBeUndefined()
  expect(ackEndsAt(POLICY, taken)).toEqual(new Date('2026-03-02T10:02:00.000Z'))
  expect(ackEndsAt(POLICY, incident(1))).toBeNull()
})

test('a policy without steps tells nobody', () => {
  expect(nextStep({ ...POLICY, steps: [] }, incident(0))).toBeUndefined()
})
