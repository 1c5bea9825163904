import { expect, it } from 'vitest'
import { dropIntent, keepIntent, readIntent } from './intent.ts'

const storeOf = (first: Record<string, string> = {}) => {
  const values = new Map(Object.entries(first))
  return {
    getItem: (name: string) => values.get(name) ?? null,
    setItem: (name: string, value: string) => void values.set(name, value),
    removeItem: (name: string) => void values.delete(name),
  }
}

it('is there after a reload, with the same key, until the outcome is known', () => {
  const store = storeOf()
  const intent = { key: 'ui_1', path: '/sales/sale_1/tenders', body: { type: 'cash' }, paymentId: null }
  keepIntent(store, intent)
  expect(readIntent(store)).toEqual(intent)
  dropIntent(store)
  expect(readIntent(store)).toBeNull()
})

it('is nothing where the store holds something else', () => {
  expect(readIntent(storeOf({ 'tillwatch.till.intent': '{{' }))).toBeNull()
  expect(readIntent(storeOf({ 'tillwatch.till.intent': '7' }))).toBeNull()
})
