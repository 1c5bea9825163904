import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const script = fileURLToPath(new URL('../.ci/summary.js', import.meta.url))
let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tillwatch-summary-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const one = (status: string, duration = 1) => ({ status, fullName: `test ${status} ${duration}`, duration })
const file = (...assertionResults: { status: string }[]) => ({
  name: 'core/a.test.ts',
  status: assertionResults.some(({ status }) => status === 'failed') ? 'failed' : 'passed',
  assertionResults,
})

/** Last line and exit code of the summary of a report; without one, of a runner that wrote none. */
const summary = (runnerExit: number, testResults?: object[]) => {
  const report = join(folder, testResults ? 'report.json' : 'none.json')
  if (testResults) writeFileSync(report, JSON.stringify({ testResults }))
  const { stdout, status } = spawnSync(process.execPath, [script, report, String(runnerExit)], {
    encoding: 'utf8',
  })
  return { last: stdout.trimEnd().split('\n').at(-1), status, stdout }
}

describe('the last line of .ci/run', () => {
  it.each([
    ['all passed', 0, [file(one('passed'), one('passed'))], '2 passed, 0 failed', 0],
    ['one failed', 1, [file(one('passed'), one('failed'))], '1 passed, 1 failed', 1],
    [
      'one skipped',
      0,
      [file(one('passed'), one('skipped'), one('todo'))],
      '1 passed, 0 failed, 2 skipped',
      0,
    ],
    [
      'a file that cannot be loaded',
      1,
      [file(one('passed')), { ...file(), status: 'failed', message: 'no' }],
      '1 passed, 1 failed',
      1,
    ],
    ['an error outside of every test', 1, [file(one('passed'))], '1 passed, 1 failed', 1],
    ['no tests at all', 0, [], '0 passed, 1 failed', 1],
    ['a runner that wrote no report', 1, undefined, '0 passed, 1 failed', 1],
  ])('%s', (_name, runnerExit, results, last, status) => {
    expect(summary(runnerExit, results)).toMatchObject({ last, status })
  })

  it('comes after the ten slowest tests, slowest first', () => {
    const tests = Array.from({ length: 12 }, (_one, index) => one('passed', index))
    const shown = summary(0, [file(...tests)])
      .stdout.split('\n')
      .filter((line) => line.includes(' ms  '))
    expect(shown).toHaveLength(10)
    expect(shown[0]).toContain('11 ms')
  })
})
