import { expect, test } from 'vitest'
import { filtersOf } from './payment.ts'

test.each([
  ['', {}],
  ['store=bakery&sort=created&nothing=1', { store: 'bakery' }],
  ['status=&method=card', { method: 'card' }],
  // As Grafana's links say that no store is chosen.
  ['hours=1&store=All&method=card', { hours: '1', method: 'card' }],
  ['till_id=All', {}],
  ['customer_ref=All&q=All', { customer_ref: 'All', q: 'All' }],
])('the address ?%s filters by %j', (address, filters) => {
  expect(filtersOf(new URLSearchParams(address))).toEqual(filters)
})
