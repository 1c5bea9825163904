import { expect, test } from 'vitest'
import { csvText } from './csv-text.ts'

test('no text of others becomes a formula', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1', '＋1', '－1', '＠SUM'])
    expect(csvText(text)).toBe(`'${text}`)
  expect(csvText('Coffee = good')).toBe('Coffee = good')
  expect(csvText(null)).toBe('')
})
