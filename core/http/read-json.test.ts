import { expect, test } from 'vitest'
import { TillwatchError } from '../errors.ts'
import { readJson } from './read-json.ts'

const read = (text: string): unknown => readJson(new TextEncoder().encode(text))

const codeOf = (text: string): string => {
  try {
    read(text)
    return 'read'
  } catch (error) {
    if (error instanceof TillwatchError) return error.code
    throw error
  }
}

test('what is right is read as JSON.parse reads it', () => {
  const text = '{"a":[1,-2.5,"x\\"}{\\\\"],"b":{"a":null,"c":true},"é😀":""}'
  expect(read(text)).toEqual(JSON.parse(text))
})

test.each([
  ['{"a":1,"a":2}', 'duplicate_json_key'],
  ['{"a":1,"\\u0061":2}', 'duplicate_json_key'],
  ['[{"a":1},{"a":2}]', 'read'],
  ['{"a":{"a":1},"b":"a"}', 'read'],
  ['{"a": "b" , "b" : "a"}', 'read'],
  ['{"x":{"__proto__":1}}', 'forbidden_key'],
  ['["__proto__"]', 'read'],
  ['"\\ud83d"', 'metadata_invalid'],
  ['"\\ud83d\\ude00"', 'read'],
  ['{"a\\u0000":1}', 'metadata_invalid'],
  [`${'['.repeat(20)}${']'.repeat(20)}`, 'read'],
  [`${'['.repeat(21)}${']'.repeat(21)}`, 'too_complex'],
  ['', 'malformed_json'],
  ['{"a":01}', 'malformed_json'],
  ['{"a":1}}', 'malformed_json'],
])('%s is %s', (text, code) => {
  expect(codeOf(text)).toBe(code)
})

test('200 keys are read, 201 are too many, wherever they stand', () => {
  const keys = (count: number) =>
    JSON.stringify([...Array.from({ length: count }, (_, n) => ({ [`k${n}`]: n }))])
  expect(codeOf(keys(200))).toBe('read')
  expect(codeOf(keys(201))).toBe('too_complex')
})
