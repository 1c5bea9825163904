import { expect, test } from 'vitest'
import { canonicalForm, parseForm, splitName } from './form.ts'

const plain = (text: string) => JSON.parse(JSON.stringify(parseForm(text))) as unknown

test.each([
  ['amount=100&currency=gbp', { amount: '100', currency: 'gbp' }],
  ['metadata[a]=1&metadata[b]=', { metadata: { a: '1', b: '' } }],
  ['expand[0]=x&expand[1]=y', { expand: { 0: 'x', 1: 'y' } }],
  ['expand[]=x&expand[]=y', { expand: { 0: 'x', 1: 'y' } }],
  ['expand%5B%5D=x', { expand: { 0: 'x' } }],
  ['a[][b]=1&a[][c]=2&a[][b]=3', { a: { 0: { b: '1', c: '2' }, 1: { b: '3' } } }],
  ['a[b][c]=1&a[b][d]=2', { a: { b: { c: '1', d: '2' } } }],
  ['description=A+%C3%A9%26b', { description: 'A é&b' }],
  ['created[gte]=5&created[lt]=9', { created: { gte: '5', lt: '9' } }],
  ['', {}],
])('decodes %s', (text, expected) => {
  expect(plain(text)).toEqual(expected)
})

test('decodes __proto__ as an ordinary name', () => {
  parseForm('__proto__[polluted]=1')
  expect(({} as { polluted?: string }).polluted).toBeUndefined()
})

test.each(['a[=1', 'a]=1', 'a[b=1', '[a]=1', 'a[b]c=1', '=1'])('refuses the name in %s', (text) => {
  expect(() => parseForm(text)).toThrow(/Invalid parameter name/)
})

test('refuses a name that is both text and object', () => {
  expect(() => parseForm('a=1&a[b]=2')).toThrow(/Invalid object/)
})

test('gives the same fingerprint for every order of parameters but not of list elements', () => {
  const one = canonicalForm(parseForm('a=1&metadata[x]=1&metadata[y]=2'))
  expect(canonicalForm(parseForm('metadata[y]=2&a=1&metadata[x]=1'))).toBe(one)
  expect(canonicalForm(parseForm('l[]=1&l[]=2'))).not.toBe(canonicalForm(parseForm('l[]=2&l[]=1')))
  expect(canonicalForm(parseForm('l[]=1&l[]=2'))).toBe(canonicalForm(parseForm('l[1]=2&l[0]=1')))
})

test('splits names at their brackets', () => {
  expect(splitName('a[b][]')).toEqual(['a', 'b', ''])
})
