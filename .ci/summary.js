import { readFileSync } from 'node:fs'

/**
 * node .ci/summary.js REPORT EXIT: prints the slowest tests of vitest's JSON report and, as the last line, the true
 * counts. EXIT is the runner's own exit code: a runner that failed without a failed test, or without a report, counts as
 * one failure. Exits 1 when anything failed.
 */
const [reportFile = '', runnerExit = '1'] = process.argv.slice(2)

const readReport = () => {
  try {
    return JSON.parse(readFileSync(reportFile, 'utf8'))
  } catch (error) {
    process.stdout.write(`\nThere is no test report: ${error instanceof Error ? error.message : error}\n`)
    return { testResults: [] }
  }
}

const files = readReport().testResults
const tests = files.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: file.name })))
const count = (...statuses) => tests.filter((test) => statuses.includes(test.status)).length

// A file that could not be loaded has no tests of its own to fail.
const brokenFiles = files.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
)
const passed = count('passed')
const skipped = count('skipped', 'pending', 'todo', 'disabled')
const found = tests.length - passed - skipped + brokenFiles.length
const failed = found === 0 && (runnerExit !== '0' || tests.length === 0) ? 1 : found

const near = (path) => path.replace(`${process.cwd()}/`, '')
const slowest = tests.toSorted((a, b) => (b.duration ?? 0) - (a.duration ?? 0)).slice(0, 10)

const lines = [
  '\n== slowest tests',
  ...slowest.map((test) => {
    const ms = String(Math.round(test.duration ?? 0)).padStart(7)
    return `${ms} ms  ${near(test.file)}  ${test.fullName}`
  }),
  ...brokenFiles.map((file) => `could not run ${near(file.name)}: ${file.message}`),
  '',
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
]
process.stdout.write(`${lines.join('\n')}\n`)
process.exitCode = failed > 0 ? 1 : 0
