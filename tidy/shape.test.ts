import { describe, expect, it } from 'vitest'
import { barrels, defaultExports, fileNames } from './shape.ts'
import { fileSizes, functionSizes, staleLongFiles } from './sizes.ts'
import { format } from './source.ts'

const lines = (count: number): string => 'x\n'.repeat(count)

describe('sizes', () => {
  const rule = fileSizes({ 'core/long.ts': 350 })

  it.each([
    ['core/a.ts', 301, 1],
    ['core/a.ts', 300, 0],
    ['core/long.ts', 350, 0],
    ['core/long.ts', 351, 1],
    ['core/a.test.ts', 400, 0],
    ['core/a.test.ts', 501, 1],
    ['core/long.ts', 501, 1],
    ['docs/a.md', 900, 0],
  ])('%s of %i lines: %i findings', (path, count, findings) => {
    expect(rule(path, lines(count))).toHaveLength(findings)
  })

  it('takes a file that is short again off the list', () => {
    expect(rule('core/long.ts', lines(300)).map(format)).toEqual([
      expect.stringMatching(/^core\/long.ts:300 {2}.*short again/),
    ])
    expect(staleLongFiles({ 'core/gone.ts': 400 }, ['core/a.ts'])).toHaveLength(1)
  })

  it('finds a function of 71 lines and leaves one of 70 alone', () => {
    const body = (count: number) => `const f = () => {\n${'  g()\n'.repeat(count - 2)}}\n`
    expect(functionSizes('core/a.ts', body(70))).toEqual([])
    expect(functionSizes('core/a.ts', `\n${body(71)}`)).toMatchObject([{ line: 2 }])
    expect(
      functionSizes('core/a.ts', `class A { ${body(71).replace('const f = () =>', 'f()')} }`),
    ).toHaveLength(1)
  })

  it('counts the tests of a group one by one', () => {
    const group = (head: string) => `${head} => {\n${'  g()\n'.repeat(80)}})\n`
    expect(functionSizes('core/a.test.ts', group(`describe('x', ()`))).toEqual([])
    expect(functionSizes('core/a.test.ts', group(`it('x', ()`))).toHaveLength(1)
  })
})

describe('shape', () => {
  it.each([
    ['core/index.ts', 'export const a = 1', 1],
    ['core/all.ts', `export * from './a.ts'\nexport type { B } from './b.ts'`, 1],
    ['core/a.ts', `export { b } from './b.ts'\nexport const a = 1`, 0],
    ['core/a.ts', '', 0],
  ])('barrels: %s with %j has %i', (path, text, findings) => {
    expect(barrels(path, text)).toHaveLength(findings)
  })

  it.each([
    ['core/a.ts', 'export default 1', 1],
    ['core/a.ts', 'export default function f() {}', 1],
    ['core/a.ts', 'const a = 1\nexport { a as default }', 1],
    ['vitest.config.ts', 'export default {}', 0],
    ['core/a.ts', 'export const a = 1', 0],
  ])('default exports: %s with %j has %i', (path, text, findings) => {
    expect(defaultExports(path, text)).toHaveLength(findings)
  })

  it.each([
    ['core/utils.ts', 1],
    ['core/utils/money.ts', 1],
    ['ingest/helpers.test.ts', 1],
    ['core/postEntry.ts', 1],
    ['core/post-entry.int.test.ts', 0],
    ['eslint.config.js', 0],
    ['CONTRIBUTING.md', 0],
  ])('file names: %s has %i', (path, findings) => {
    expect(fileNames(path, '')).toHaveLength(findings)
  })
})
