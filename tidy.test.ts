import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { circles } from './tidy/circles.ts'
import { globals } from './tidy/globals.ts'
import { layers } from './tidy/layers.ts'
import { lockPlatforms } from './tidy/lock-platforms.ts'
import { readRepository } from './tidy/repo-files.ts'
import { barrels, defaultExports, fileNames } from './tidy/shape.ts'
import { fileSizes, functionSizes, LONG_FILES, staleLongFiles } from './tidy/sizes.ts'
import { format, type Finding, type Rule } from './tidy/source.ts'
import { orphanSql, sqlNow, sqlShape } from './tidy/sql.ts'
import { bareTransaction, focusedTests, lockfile, machineTraces, notes } from './tidy/words.ts'

/** The house rules, asked of every file of the repository. `tidy/*.test.ts` shows that each of them can fail. */
const files = readRepository(fileURLToPath(new URL('.', import.meta.url)))

const everywhere = (rule: Rule): Finding[] => [...files].flatMap(([path, text]) => rule(path, text))

const RULES: Readonly<Record<string, () => Finding[]>> = {
  'imports go one way': () => everywhere(layers),
  'no imports in a circle': () => circles(files),
  'files are short': () => [
    ...everywhere(fileSizes(LONG_FILES)),
    ...staleLongFiles(LONG_FILES, [...files.keys()]),
  ],
  'functions are short': () => everywhere(functionSizes),
  'no barrels': () => everywhere(barrels),
  'no default exports': () => everywhere(defaultExports),
  'file names speak': () => everywhere(fileNames),
  'time, randomness and environment come in through env': () => everywhere(globals),
  'SQL takes its time as a parameter': () => everywhere(sqlNow),
  'SQL files hold one explained statement': () => everywhere(sqlShape),
  'every SQL file is loaded once': () => orphanSql(files),
  'the bare word transaction names nothing': () => everywhere(bareTransaction),
  'no notes to oneself': () => everywhere(notes),
  'every test runs': () => everywhere(focusedTests),
  'nothing points at one machine': () => everywhere(machineTraces),
  'the lock file names no registry': () => everywhere(lockfile),
  'the lock file knows every platform': () => everywhere(lockPlatforms),
}

describe('tidy', () => {
  it('sees the repository', () => {
    expect(files.has('package.json')).toBe(true)
    expect([...files.keys()].filter((path) => path.startsWith('core/')).length).toBeGreaterThan(20)
    expect([...files.keys()].some((path) => path.includes('node_modules/'))).toBe(false)
  })

  it.each(Object.entries(RULES))('%s', (_name, find) => {
    expect(find().map(format)).toEqual([])
  })
})
