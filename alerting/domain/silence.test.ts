import { expect, test } from 'vitest'
import type { Matcher } from './labels.ts'
import { problemsOf, silencedBy, type Silence } from './silence.ts'

const at = (time: string): Date => new Date(`2026-03-02T${time}:00.000Z`)
const named = (value: string): Matcher => ({ label: 'alertname', is: 'equal', value })
const NEVER = ['LedgerImbalance']

const SILENCE: Silence = {
  id: 'sil_1',
  matchers: [named('WebhookSilence'), { label: 'store', is: 'equal', value: 'bakery' }],
  author: 'kim',
  reason: 'the line is being repaired',
  from: at('10:00'),
  until: at('11:00'),
}

const LABELS = { alertname: 'WebhookSilence', store: 'bakery' }

test.each([
  ['09:59', false],
  ['10:00', true],
  ['10:59', true],
  ['11:00', false],
])('a silence from ten to eleven at %s: %s', (time, covered) => {
  expect(silencedBy(LABELS, [SILENCE], NEVER, at(time)) !== undefined).toBe(covered)
})

test('it covers what it names and nothing else', () => {
  expect(silencedBy({ ...LABELS, store: 'other' }, [SILENCE], NEVER, at('10:30'))).toBeUndefined()
})

test('what cannot be silenced is told, whatever a silence says', () => {
  const wide: Silence = { ...SILENCE, matchers: [{ label: 'store', is: 'equal', value: 'bakery' }] }
  const labels = { alertname: 'LedgerImbalance', store: 'bakery' }
  expect(silencedBy(labels, [wide], NEVER, at('10:30'))).toBeUndefined()
})

test.each([
  ['nothing', {}, []],
  ['no matcher', { matchers: [] }, ['a silence of everything is none: name at least one label']],
  ['no reason', { reason: '  ' }, ['say why']],
  ['an end before its beginning', { until: at('09:00') }, ['it ends before it begins']],
  ['a day and a minute', { until: new Date('2026-03-03T10:01:00Z') }, ['at most 24 hours']],
  ['what must be heard', { matchers: [named('LedgerImbalance')] }, ['LedgerImbalance cannot be silenced']],
])('%s is wrong with it', (_name, change, problems) => {
  expect(problemsOf({ ...SILENCE, ...change }, NEVER)).toEqual(problems)
})

test('a whole day is allowed', () => {
  expect(problemsOf({ ...SILENCE, until: new Date('2026-03-03T10:00:00Z') }, NEVER)).toEqual([])
})
