import { describe, expect, it } from 'vitest'
import { globals } from './globals.ts'

describe('time, randomness and environment come in through env', () => {
  it.each([
    'const t = Date.now()',
    'const t = globalThis.Date.now()',
    `const t = Date['now']()`,
    'const t = new Date()',
    'const t = Date()',
    'const t = performance.now()',
    'const t = Math.random()',
    'f(Math.random)',
    'const id = crypto.randomUUID()',
    'const b = randomBytes(4)',
    'setTimeout(f, 10)',
    'setInterval(f, 10)',
    'const home = process.env.HOME',
    `const home = process.env['HOME']`,
    `import { randomUUID as id } from 'node:crypto'`,
    `import { randomBytes } from 'crypto'`,
    `import { setTimeout as sleep } from 'node:timers/promises'`,
    `import { performance } from 'node:perf_hooks'`,
    `import { env } from 'node:process'`,
  ])('refuses %s', (text) => {
    expect(globals('core/a.ts', text)).toMatchObject([{ file: 'core/a.ts', line: 1 }])
  })

  it.each([
    'const t = new Date(ms)',
    'const t = env.clock.now()',
    'await env.machine.sleep(5)',
    'const id = env.random.bytes(4)',
    `const t = Date.parse('2016-10-30')`,
    `import { createHash } from 'node:crypto'`,
    `// Date.now() is what we avoid`,
    `const text = 'Date.now()'`,
  ])('accepts %s', (text) => {
    expect(globals('core/a.ts', text)).toEqual([])
  })

  it.each([
    'core/system-env.ts',
    'core/engines/a.ts',
    'cli/a.ts',
    'core/a.test.ts',
    'core/testing/a.ts',
    'bench/a.ts',
  ])('%s may', (path) => {
    expect(globals(path, 'const t = Date.now()')).toEqual([])
  })

  it.each(['ingest/a.ts', 'sandbox/a.ts', 'core/domain/a.ts', 'reconciler/a.ts'])('%s may not', (path) => {
    expect(globals(path, 'const t = Date.now()')).toHaveLength(1)
  })
})
