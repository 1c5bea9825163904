import { describe, expect, it } from 'vitest'
import { bareTransaction, focusedTests, lockfile, machineTraces, notes } from './words.ts'

/** Puts a planted word together, so that the rules do not find it in this file. */
const joined = (...parts: string[]): string => parts.join('')

describe('the bare word transaction names nothing', () => {
  it.each([
    'const transaction = 1',
    'interface Transaction {}',
    'type Transactions = string[]',
    'const f = (transaction: string) => 1',
    'const { transactions } = x',
    'const x = { transaction: 1 }',
    'interface A { transaction: string }',
    'db.transaction(f)',
  ])('refuses %s', (text) => {
    expect(bareTransaction('core/a.ts', text)).toMatchObject([{ line: 1 }])
  })

  it.each([
    'const balanceTransaction = charge.balance_transaction',
    'db.withTransaction(f)',
    '// a database transaction',
    `const text = 'transaction'`,
  ])('accepts %s', (text) => {
    expect(bareTransaction('core/a.ts', text)).toEqual([])
  })

  it('looks into SQL, where keywords are upper-case', () => {
    expect(bareTransaction('core/a.sql', '-- why\nSELECT * FROM transactions')).toMatchObject([{ line: 2 }])
    expect(
      bareTransaction('core/a.sql', 'SET TRANSACTION READ ONLY; SELECT balance_transaction FROM payouts'),
    ).toEqual([])
  })
})

describe('words', () => {
  it.each([joined('TO', 'DO'), joined('FIX', 'ME'), joined('X', 'XX'), joined('HA', 'CK')])(
    'finds the note %s',
    (word) => {
      expect(notes('docs/a.md', `a\n<!-- ${word}: later -->`)).toMatchObject([{ line: 2 }])
      expect(notes('docs/a.md', word.toLowerCase())).toEqual([])
    },
  )

  it.each([
    joined('it.on', `ly('x', f)`),
    joined('describe.ski', `p('x', f)`),
    joined('test.concurrent.on', `ly('x', f)`),
    joined('it.ski', `p.each([])`),
    joined('it.ski', `pIf(x)('y', f)`),
    joined('it.tod', `o('y')`),
    joined('it.ski', `pIf(isSlow)('y')`),
  ])('finds the focused test %s', (text) => {
    expect(focusedTests('core/a.test.ts', text)).toMatchObject([{ line: 1 }])
    expect(focusedTests('core/a.ts', text)).toEqual([])
  })

  it('lets a test stand back for a program that is not installed', () => {
    expect(focusedTests('core/a.test.ts', "test.skipIf(lacks('promtool'))('y')")).toEqual([])
  })

  it.each([
    joined('/wor', 'k/main/core'),
    joined('/roo', 't/project'),
    joined('/home/', 'anna/project'),
    joined('/User', 's/anna'),
    joined('https://registr', 'y.npmjs.org/pg'),
    joined('artifactor', 'y.example.com'),
    joined('npm.pk', 'g.github.com'),
  ])('finds the trace of a machine %s', (text) => {
    expect(machineTraces('docs/a.md', `see "${text}"`)).toMatchObject([{ line: 1 }])
  })

  it.each([
    joined('sandbox/wor', 'k/queue.ts'),
    joined('./wor', 'k/queue.ts'),
    '/home/node/app',
    'https://stripe.com/docs',
    joined('#/roo', 't/x'),
  ])('leaves %s alone', (text) => {
    expect(machineTraces('docs/a.md', text)).toEqual([])
  })

  it('finds a resolved URL in a lock file', () => {
    const text = joined('{\n  "resolve', 'd": "https://example.com/pg.tgz"\n}')
    expect(lockfile('package-lock.json', text)).toMatchObject([{ line: 2 }])
    expect(lockfile('docs/a.md', text)).toEqual([])
    expect(lockfile('package-lock.json', '{ "integrity": "sha512-x" }')).toEqual([])
  })
})
