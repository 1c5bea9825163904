import { expect, test } from 'vitest'
import { canonicalText } from './canonical.ts'
import {
  changesBetween,
  closingOf,
  contentText,
  countsOf,
  isClean,
  totalsOf,
  type CertificateContent,
  type CertificateRow,
} from './certificate.ts'

const certificateRow = (fields: Partial<CertificateRow> = {}): CertificateRow => ({
  id: 'txn_1',
  version: 1,
  type: 'charge',
  reportingCategory: 'charge',
  source: 'ch_1',
  amount: 1_000n,
  fee: 35n,
  net: 965n,
  currency: 'gbp',
  createdAt: new Date('2026-03-02T10:00:00Z'),
  state: 'matched',
  category: null,
  counterpart: 'jrn_1',
  ...fields,
})

const content = (fields: Partial<CertificateContent> = {}): CertificateContent => ({
  key: { businessDate: '2026-03-02', currency: 'gbp', balanceType: 'payments' },
  opening: 500n,
  rows: [
    certificateRow(),
    certificateRow({ id: 'txn_2', reportingCategory: 'payout', amount: -900n, fee: 0n, net: -900n }),
  ],
  outstanding: [],
  exceptions: [],
  ledgerNet: 65n,
  currencyNet: 65n,
  tills: [],
  ...fields,
})

test('closes with the opening and the net of the rows, totalled by category', () => {
  expect(closingOf(content())).toBe(565n)
  expect(totalsOf(content().rows)).toEqual([
    { category: 'charge', count: 1, amount: 1_000n, fee: 35n, net: 965n },
    { category: 'payout', count: 1, amount: -900n, fee: 0n, net: -900n },
  ])
  expect(countsOf(content())).toEqual({ rows: 2, matched: 2, explained: 0, exception: 0, outstanding: 0 })
})

test('is clean only without exceptions and with every leg agreeing', () => {
  const snapshot = { readAt: new Date(0), available: 0n, pending: 565n, netSince: 0n, agrees: true }
  expect(isClean(content(), null)).toBe(true)
  expect(isClean(content(), snapshot)).toBe(true)
  expect(isClean(content(), { ...snapshot, agrees: false })).toBe(false)
  expect(isClean(content({ exceptions: ['payout_overdue:po_1'] }), null)).toBe(false)
  expect(isClean(content({ rows: [certificateRow({ state: 'exception' })] }), null)).toBe(false)
  expect(isClean(content({ ledgerNet: 66n }), null)).toBe(false)
})

test.each([
  ['opening', content({ opening: 501n })],
  ['amount', content({ rows: [certificateRow({ amount: 1_001n }), ...content().rows.slice(1)] })],
  ['source', content({ rows: [certificateRow({ source: null }), ...content().rows.slice(1)] })],
  ['pairing', content({ rows: [certificateRow({ counterpart: 'jrn_2' }), ...content().rows.slice(1)] })],
  ['order', content({ rows: content().rows.toReversed() })],
  ['exceptions', content({ exceptions: ['x'] })],
])('another %s is another text', (_name, other) => {
  expect(contentText(other)).not.toBe(contentText(content()))
})

test('names what appeared, vanished and changed', () => {
  const later = content({
    opening: 600n,
    rows: [certificateRow({ amount: 1_001n }), certificateRow({ id: 'txn_3' })],
    exceptions: ['amount_mismatch:txn_1'],
  })
  expect(changesBetween(content(), later)).toEqual([
    { what: 'row', id: 'txn_3', change: 'appeared' },
    { what: 'row', id: 'txn_2', change: 'vanished' },
    { what: 'row', id: 'txn_1', change: 'changed' },
    { what: 'exception', id: 'amount_mismatch:txn_1', change: 'appeared' },
    { what: 'opening', id: '"500" -> "600"', change: 'changed' },
  ])
  expect(changesBetween(content(), content())).toEqual([])
})

test('a canonical text does not depend on the order of keys and joins no two parts', () => {
  expect(canonicalText({ b: 1n, a: [new Date(0), null] })).toBe(
    '{"a":["1970-01-01T00:00:00.000Z",null],"b":"1"}',
  )
  expect(canonicalText({ a: 'x","b":"y' })).not.toBe(canonicalText({ a: 'x', b: 'y' }))
  expect(canonicalText(['ab', 'c'])).not.toBe(canonicalText(['a', 'bc']))
})
