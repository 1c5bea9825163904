import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Report } from './lib/report.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

const bench = async (...args: string[]): Promise<{ code: number; out: string; errors: string }> =>
  new Promise((resolve) => {
    const command = ['--import', 'tsx', 'bench/main.ts', ...args]
    execFile(process.execPath, command, { cwd: ROOT }, (error, out, errors) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors })
    })
  })

/** Only that a bench runs and says what it must say: what it measures depends on the machine and is never judged here. */
test.each([
  ['ledger', ['tillwatch', 'pgbench']],
  ['webhooks', ['tillwatch', 'empty', 'stripe-sync-engine']],
  ['gateway', ['at 50/s', 'at 200/s']],
  ['alerts', ['a month', 'large']],
  [
    'payments-list',
    [
      'newest page',
      'page 50',
      'status',
      'dates',
      'last4',
      'amounts',
      'customer',
      'decline code',
      'store',
      'largest first',
      'search, fields',
      'search, text',
      'search, nothing',
      'counts, all',
      'counts, a month',
    ],
  ],
  [
    'reconcile',
    [
      'scan',
      'full',
      'scan, equal',
      'full, equal',
      'one date',
      'full, recomputed',
      'scan, a tenth',
      'full, a tenth',
      'duckdb',
      'postgres',
    ],
  ],
])(
  'the bench %s runs and answers one JSON document',
  async (name, sides) => {
    const { code, out, errors } = await bench(name, '--runs', '1', '--small', '--json')
    if (code === 3 && errors.includes('pgbench is missing')) return
    expect(code, errors).toBe(0)
    const report = JSON.parse(out) as Report
    expect(report.bench).toBe(name)
    expect(report.rounds).toBe(1)
    expect(report.sides.map((side) => side.name)).toEqual(sides)
    expect(report.machine.fsync).toBe('on')
    for (const { name: goal, median } of report.goals) expect(median, goal).toBeGreaterThan(0)
  },
  300_000,
)

test('a bench that does not exist is wrong use', async () => {
  const { code, errors } = await bench('nothing')
  expect(code).toBe(2)
  expect(errors).toContain('usage: npm run bench')
})
