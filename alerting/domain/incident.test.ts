import { expect, test } from 'vitest'
import type { Incident } from './escalation.ts'
import { decideIncident, type GroupPolicy, type GroupState } from './incident.ts'

const MINUTE_MS = 60_000
const at = (minute: number, second = 0): Date =>
  new Date(Date.parse('2026-03-02T09:00:00.000Z') + minute * MINUTE_MS + second * 1_000)

const POLICY: GroupPolicy = {
  waitMs: 10_000,
  steps: [
    { afterMs: 0, contacts: ['oncall'] },
    { afterMs: 5 * MINUTE_MS, contacts: ['second'] },
    { afterMs: 15 * MINUTE_MS, contacts: ['manager'] },
  ],
  rounds: 1,
  pauseMs: 0,
  ackExpiresMs: 60 * MINUTE_MS,
}

const loud = (since: Date): GroupState => ({ loudSince: since, isRaised: true })
const MUTED: GroupState = { loudSince: null, isRaised: true }
const QUIET: GroupState = { loudSince: null, isRaised: false }
const open = (told: number, ackedAt: Date | null = null): Incident => ({
  countedFrom: at(0),
  toldSteps: told,
  ackedAt,
})

const words = (group: GroupState, incident: Incident | null, now: Date): string =>
  decideIncident(group, incident, POLICY, now)
    .map((action) => (action.do === 'tell' ? `tell ${action.contacts.join('+')}` : action.do))
    .join(', ')

test.each([
  ['quiet and no incident', QUIET, null, at(0), ''],
  ['loud for nine seconds', loud(at(0)), null, at(0, 9), ''],
  ['loud for ten seconds', loud(at(0)), null, at(0, 10), 'open, tell oncall'],
  ['muted by its cause', MUTED, null, at(30), ''],
  ['nobody came for five minutes', loud(at(0)), open(1), at(5), 'tell second'],
  ['a second before', loud(at(0)), open(1), at(4, 59), ''],
  ['the engine slept for half an hour', loud(at(0)), open(1), at(30), 'tell second, tell manager'],
  ['everybody was told', loud(at(0)), open(3), at(90), ''],
  ['somebody took it', loud(at(0)), open(1, at(2)), at(30), ''],
  ['his hour is up', loud(at(0)), open(1, at(2)), at(62), 'expire_ack, tell oncall'],
  ['his hour is up while it is silenced', MUTED, open(1, at(2)), at(62), 'expire_ack'],
  ['silenced while open', MUTED, open(1), at(30), ''],
  ['over', QUIET, open(1), at(7), 'resolve'],
  ['over while somebody is on it', QUIET, open(1, at(2)), at(7), 'resolve'],
] as const)('%s: %#', (_name, group, incident, now, actions) => {
  expect(words(group, incident, now)).toBe(actions)
})
