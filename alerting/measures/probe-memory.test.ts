import { expect, test } from 'vitest'
import { remember, stateOf, type ProbeAnswer } from './probe-memory.ts'

/** One letter per look, ten seconds apart from 0: answered after 5 ms (a), not answered for 3 s (-). */
const play = (letters: string): readonly ProbeAnswer[] => {
  let answers: readonly ProbeAnswer[] = []
  for (const [n, letter] of [...letters].entries()) {
    const isUp = letter === 'a'
    const answer = { isUp, atMs: n * 10_000, tookMs: isUp ? 5 : 3_000, why: isUp ? null : 'does not answer' }
    answers = remember(answers, answer)
  }
  return answers
}

test.each([
  ['a', 0, 0, 0],
  ['-', 0, 1, 0],
  ['a-', 15_000, 1, 5_000],
  ['a--', 20_000, 2, 10_000],
  ['a---', 30_000, 3, 20_000],
  ['--a--', 41_000, 2, 11_000],
  ['---a', 30_000, 0, 0],
])('%s at %d ms: %d in a row, for %d ms', (letters, nowMs, inARow, forMs) => {
  expect(stateOf('x', play(letters), nowMs)).toMatchObject({ failuresInARow: inARow, failingForMs: forMs })
})

test('nothing is known before the first look', () => {
  expect(stateOf('x', [], 0)).toBeUndefined()
})

test('looks of the last five minutes are remembered', () => {
  expect(stateOf('x', play('a'.repeat(100)), 990_000)?.tookMs).toHaveLength(30)
})

test('an outage of an hour began when it began', () => {
  expect(stateOf('x', play(`a${'-'.repeat(360)}`), 3_600_000)?.failingForMs).toBe(3_590_000)
})
