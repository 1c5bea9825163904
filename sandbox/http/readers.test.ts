import { expect, test } from 'vitest'
import type { StripeFailure } from './errors.ts'
import { parseForm } from './form.ts'
import {
  emptyable,
  fields,
  flag,
  integer,
  list,
  mergeMetadata,
  metadata,
  oneOf,
  range,
  readParams,
  required,
  text,
} from './readers.ts'

const shape = fields({
  amount: required(integer(1)),
  name: emptyable(text(5)),
  on: flag,
  mode: oneOf('a', 'b'),
  tags: list(text()),
  inner: fields({ x: integer() }),
  metadata,
  created: range,
})
const read = (form: string) => readParams(shape, parseForm(form))
const refusal = (form: string) => {
  try {
    read(form)
    return null
  } catch (error) {
    const { code, param } = (error as StripeFailure).body
    return [code, param]
  }
}

test('reads every kind of parameter', () => {
  expect(
    read('amount=5&name=&on=true&mode=b&tags[]=x&inner[x]=-3&metadata[k]=v&created=7&expand[]=a'),
  ).toEqual({
    amount: 5,
    name: null,
    on: true,
    mode: 'b',
    tags: ['x'],
    inner: { x: -3 },
    metadata: { k: 'v' },
    created: { gte: 7, lte: 7 },
  })
})

test.each([
  ['', ['parameter_missing', 'amount']],
  ['amount=', ['parameter_invalid_empty', 'amount']],
  ['amount=0', ['parameter_invalid_integer', 'amount']],
  ['amount=1.5', ['parameter_invalid_integer', 'amount']],
  ['amount=1e3', ['parameter_invalid_integer', 'amount']],
  ['amount=99999999999999999999', ['parameter_invalid_integer', 'amount']],
  ['amount[x]=1', ['parameter_invalid_integer', 'amount']],
  ['amount=1&foo=1', ['parameter_unknown', 'foo']],
  ['amount=1&constructor=1', ['parameter_unknown', 'constructor']],
  ['amount=1&inner[y]=1', ['parameter_unknown', 'inner[y]']],
  ['amount=1&inner=1', [undefined, 'inner']],
  ['amount=1&name=toolong', [undefined, 'name']],
  ['amount=1&on=yes', [undefined, 'on']],
  ['amount=1&mode=c', [undefined, 'mode']],
  ['amount=1&tags=x', [undefined, 'tags']],
  ['amount=1&tags[a]=x', [undefined, 'tags']],
  ['amount=1&tags=', ['parameter_invalid_empty', 'tags']],
  ['amount=1&name[x]=1', [undefined, 'name']],
  [`amount=1&metadata[${'k'.repeat(41)}]=v`, [undefined, `metadata[${'k'.repeat(41)}]`]],
  [`amount=1&metadata[k]=${'v'.repeat(501)}`, [undefined, 'metadata[k]']],
])('refuses %s', (form, expected) => {
  expect(refusal(form)).toEqual(expected)
})

test('unsets one metadata key with an empty value and all with an empty map', () => {
  expect(mergeMetadata({ a: '1', b: '2' }, { a: '', c: '3' })).toEqual({ b: '2', c: '3' })
  expect(mergeMetadata({ a: '1' }, null)).toEqual({})
})
