import { describe, expect, test } from 'vitest'
import { blindness, evaluateAlert, isRaised, newAlertState, type Finding } from './alert-state.ts'

const START = Date.parse('2026-03-02T09:00:00.000Z')
const EVERY_MS = 10_000

/** One letter per evaluation, ten seconds apart: breached, quiet, no data (-), failed (x), too few (t). */
const FINDINGS: Readonly<Record<string, Finding>> = {
  b: 'breached',
  q: 'quiet',
  '-': 'no_data',
  x: 'failed',
  t: 'too_few',
}

const play = (letters: string, forMs: number, keepMs: number) => {
  let state = newAlertState(new Date(START))
  let told = ''
  for (const [at, letter] of [...letters].entries()) {
    const finding = FINDINGS[letter] ?? 'failed'
    const step = evaluateAlert(state, finding, { forMs, keepMs }, new Date(START + at * EVERY_MS))
    state = step.state
    told += step.transition === null ? '.' : step.transition === 'fired' ? 'F' : 'R'
  }
  return { state, told }
}

describe('what people are told, evaluation by evaluation', () => {
  test.each([
    ['fires at once without patience', 'qb', 0, 0, '.F'],
    ['fires once however long it lasts', 'bbbb', 0, 0, 'F...'],
    ['fires when the breach lasted as long as asked', 'bbbb', 20_000, 0, '..F.'],
    ['a breach that ends in time is never told', 'bbqbb', 20_000, 0, '.....'],
    ['resolves once', 'bqqq', 0, 0, 'FR..'],
    ['resolves only after the quiet has lasted', 'bqqqq', 0, 30_000, 'F...R'],
    ['flapping is one alert', 'bqbqbqqqq', 0, 20_000, 'F......R.'],
    ['no data resolves nothing', 'b----', 0, 0, 'F....'],
    ['no data fires nothing', 'b---', 10_000, 0, '....'],
    ['a failed measurement resolves nothing', 'bxxxx', 0, 0, 'F....'],
    ['too small a sample resolves nothing', 'btttt', 0, 0, 'F....'],
    ['too small a sample fires nothing', 'btt', 10_000, 0, '...'],
    ['after no data it goes on where it stood', 'bb--b', 40_000, 0, '....F'],
    ['after it resolved it may fire again', 'bqb', 0, 0, 'FRF'],
  ])('%s', (_name, letters, forMs, keepMs, told) => {
    expect(play(letters, forMs, keepMs).told).toBe(told)
  })
})

test('a clock that is set back neither fires nor resolves', () => {
  const patience = { forMs: 60_000, keepMs: 60_000 }
  const pending = evaluateAlert(newAlertState(new Date(START)), 'breached', patience, new Date(START))
  const back = evaluateAlert(pending.state, 'breached', patience, new Date(START - 3_600_000))
  expect(back).toEqual({ state: pending.state, transition: null })
})

test('an alert counts as raised until it is over', () => {
  expect(['q', 'b', 'bq', 'bqqqq'].map((letters) => isRaised(play(letters, 0, 30_000).state))).toEqual([
    false,
    true,
    true,
    false,
  ])
})

describe('a rule that cannot see', () => {
  test.each([
    ['--', null],
    ['---', 'missing'],
    ['xx', null],
    ['xxx', 'failing'],
    ['---q', null],
    ['--x--', 'missing'],
    ['xxx-', null],
  ])('%s', (letters, blind) => {
    expect(blindness(play(letters, 0, 0).state)).toBe(blind)
  })
})
