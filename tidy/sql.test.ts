import { describe, expect, it } from 'vitest'
import { orphanSql, sqlNow, sqlShape } from './sql.ts'

const messages = (findings: { message: string }[]): string[] => findings.map((finding) => finding.message)

describe('SQL takes its time as a parameter', () => {
  it.each([
    ['ingest/sql/a_list.sql', '-- Why.\nSELECT now()', 2],
    ['ingest/sql/a_list.sql', '-- Why.\nSELECT CURRENT_TIMESTAMP', 2],
    ['ingest/sql/a_list.sql', '-- Why.\n\nSELECT clock_timestamp()', 3],
    ['core/postgres/migrations/1_a.sql', '-- Why.\nCREATE TABLE a (at timestamptz DEFAULT now())', 2],
    ['core/a.ts', `const q = 'SELECT localtimestamp'`, 1],
    ['core/a.ts', 'const q = `SELECT now64(3), ${x}`', 1],
    ['core/a.ts', 'const q = `SELECT ${x}\nWHERE at < now()`', 1],
  ])('%s with %j, line %i', (path, text, line) => {
    expect(sqlNow(path, text)).toMatchObject([{ file: path, line }])
  })

  it.each([
    ['ingest/sql/a_list.sql', '-- Not now(), but $1.\nSELECT $1'],
    ['core/a.ts', 'const q = `SELECT ${clock.now()}`'],
    ['core/a.ts', 'const t = clock.now()'],
    ['core/a.ts', `const text = 'not now (later)'`],
  ])('%s with %j is fine', (path, text) => {
    expect(sqlNow(path, text)).toEqual([])
  })
})

describe('SQL files hold one explained statement', () => {
  const good = '-- Adds a row. $1 id, $2-$4 amounts.\nINSERT INTO a VALUES ($1, $2, $3, $4);\n'

  it('accepts a header with every parameter, one by one or as a range', () => {
    expect(sqlShape('ingest/sql/a_insert.sql', good)).toEqual([])
    expect(sqlShape('ingest/sql/a_insert.sql', `-- One; two.\nSELECT 'a;b', $$;$$ -- ; more\n`)).toEqual([])
  })

  it.each([
    ['ingest/sql/a_list.sql', 'SELECT 1', /start with a comment/],
    ['ingest/sql/a_list.sql', '--\nSELECT 1', /start with a comment/],
    ['ingest/sql/a_list.sql', '-- Why.\nSELECT 1; SELECT 2', /one statement/],
    ['ingest/sql/a_list.sql', '-- Why.\n', /one statement/],
    ['core/clickhouse/migrations/0001_a.sql', '-- Why.\nSELECT 1; SELECT 2', /one statement/],
    ['ingest/sql/a_list.sql', '-- $1 id.\nSELECT $1, $12, $3', /what \$3, \$12 means/],
    ['ingest/sql/list.sql', '-- Why.\nSELECT 1', /<entity>_<verb>/],
  ])('refuses %s with %j', (path, text, message) => {
    expect(messages(sqlShape(path, text))).toEqual([expect.stringMatching(message)])
  })

  it('lets a migration of Postgres do several things', () => {
    expect(sqlShape('core/postgres/migrations/0001_a.sql', '-- Why.\nSELECT 1; SELECT 2')).toEqual([])
  })
})

describe('every SQL file is loaded once', () => {
  const find = (entries: Record<string, string>) => messages(orphanSql(new Map(Object.entries(entries))))

  it('finds a file that nobody loads', () => {
    expect(find({ 'ingest/sql/a_list.sql': '' })).toEqual([expect.stringMatching(/nobody loads it/)])
  })

  it('finds a load of a file that does not exist', () => {
    expect(find({ 'ingest/a.ts': `loadSql(import.meta.url, 'sql/a_list.sql')` })).toEqual([
      'ingest/sql/a_list.sql does not exist',
    ])
  })

  it('finds a file loaded in two places', () => {
    const load = `readFileSync(new URL('./sql/a_list.sql', import.meta.url))`
    expect(find({ 'ingest/a.ts': load, 'ingest/b.ts': load, 'ingest/sql/a_list.sql': '' })).toEqual([
      expect.stringMatching(/loaded at ingest\/a.ts:1 and ingest\/b.ts:1/),
    ])
  })

  it('does not count a test, and leaves migrations alone', () => {
    const load = `loadSql(import.meta.url, 'sql/a_list.sql')`
    expect(find({ 'ingest/a.test.ts': load, 'ingest/sql/a_list.sql': '' })).toHaveLength(1)
    expect(find({ 'core/postgres/migrations/0001_a.sql': '' })).toEqual([])
    expect(find({ 'ingest/a.ts': load, 'ingest/sql/a_list.sql': '' })).toEqual([])
  })
})
