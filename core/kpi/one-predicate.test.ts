import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (name: string): string => readFileSync(new URL(`${name}.sql`, import.meta.url), 'utf8')
const predicateOf = (sql: string): string =>
  /WHERE type[\s\S]*?store_id = \{store:String\}\)\n/.exec(sql)?.[0] ?? ''
const measuresOf = (sql: string): string =>
  /countIf\(outcome = 'succeeded'\)[\s\S]*?(?=FROM)/.exec(sql)?.[0] ?? ''

const summary = read('attempts_select_summary')

test.each(['attempts_select_trend', 'attempts_select_stores', 'attempts_list'])(
  '%s counts exactly what the summary counts',
  (name) => {
    expect(predicateOf(summary)).toContain("outcome IN ('succeeded', 'failed')")
    expect(predicateOf(read(name))).toBe(predicateOf(summary))
  },
)

test('the trend measures in each step what the summary measures of the window', () => {
  expect(measuresOf(summary)).toContain('quantileExactIf(0.95)')
  expect(measuresOf(read('attempts_select_trend'))).toBe(measuresOf(summary))
})
