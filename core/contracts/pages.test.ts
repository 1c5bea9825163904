import { expect, test } from 'vitest'
import { PAGES, pagePattern, pathOf, type PageName } from './pages.ts'

const names = Object.keys(PAGES) as PageName[]
const pagesAt = (path: string): PageName[] => names.filter((name) => pagePattern(name).test(path))

test.each([
  ['/', 'home'],
  ['/payments/dashboard/', 'payments'],
  ['/payments/dashboard', 'payments'],
  ['/payments/pay_01m83x9rchfpbvarxggn6r7y67', 'payment'],
  ['/payments/webhooks/', 'webhooks'],
  ['/payments/webhooks/evt_1Zc6al8', 'webhook'],
  ['/alerts/inc_01m83xa0p3e5xv3r9tfrjr4h1y', 'alert'],
  ['/admin', 'people'],
])('%s is the page %s alone', (path, page) => {
  expect(pagesAt(path)).toEqual([page])
})

test.each([
  '/payments/api',
  '/payments/api/sales',
  '/alerts/page.css',
  '/payments/pay_',
  '/admin/../etc',
  '//',
])('%s is no page', (path) => {
  expect(pagesAt(path)).toEqual([])
})

test('an id is put where it belongs, and nothing else with it', () => {
  expect(pathOf('payment', 'pay_1')).toBe('/payments/pay_1')
  expect(pathOf('payout', 'po_1/../x')).toBe('/payouts/po_1%2F..%2Fx')
})
