import { expect, test } from 'vitest'
import { canonicalText } from './canonical.ts'
import { changesBetween } from './certificate-changes.ts'
import { contentText1 } from './certificate-format-1.ts'
import { contentText, evidenceText, sealText, type Evidence, type Seal } from './certificate-text.ts'
import {
  closingOf,
  countsOf,
  isClean,
  totalsOf,
  type CertificateContent,
  type CertificateRow,
  type StatedException,
} from './certificate.ts'

const certificateRow = (fields: Partial<CertificateRow> = {}): CertificateRow => ({
  position: 1,
  id: 'txn_1',
  version: 1,
  balanceType: 'payments',
  businessDate: '2026-03-02',
  type: 'charge',
  reportingCategory: 'charge',
  source: 'ch_1',
  amount: 1_000n,
  fee: 35n,
  net: 965n,
  currency: 'gbp',
  createdAt: new Date('2026-03-02T10:00:00Z'),
  availableAt: new Date('2026-03-04T00:00:00Z'),
  description: null,
  exchangeRate: null,
  gone: false,
  firstSeenAt: new Date('2026-03-03T02:00:00Z'),
  seenRunId: 'run_1',
  state: 'matched',
  category: null,
  counterpart: 'jrn_1',
  counterpartAccount: 'clearing:card',
  counterpartObject: 'ch_1',
  ...fields,
})

const stated = (fields: Partial<StatedException> = {}): StatedException => ({
  id: 'exc_1',
  category: 'amount_mismatch',
  object: 'txn_1',
  currency: 'gbp',
  expected: 1_000n,
  actual: 1_001n,
  difference: 1n,
  severity: 'low',
  paymentId: null,
  openedRunId: 'run_1',
  firstSeenAt: new Date('2026-03-03T02:00:00Z'),
  details: {},
  ...fields,
})

const content = (fields: Partial<CertificateContent> = {}): CertificateContent => ({
  key: { businessDate: '2026-03-02', currency: 'gbp', balanceType: 'payments' },
  opening: 500n,
  openingBasis: 'carried',
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
  expect(countsOf(content())).toEqual({
    rows: 2,
    matched: 2,
    explained: 0,
    adjusted: 0,
    exception: 0,
    outstanding: 0,
  })
})

test('is clean only without exceptions and with every leg agreeing', () => {
  const snapshot = { readAt: new Date(0), available: 0n, pending: 565n, netSince: 0n, agrees: true }
  expect(isClean(content(), null)).toBe(true)
  expect(isClean(content(), snapshot)).toBe(true)
  expect(isClean(content(), { ...snapshot, agrees: false })).toBe(false)
  expect(isClean(content({ exceptions: [stated()] }), null)).toBe(false)
  expect(isClean(content({ rows: [certificateRow({ state: 'exception' })] }), null)).toBe(false)
  expect(isClean(content({ ledgerNet: 66n }), null)).toBe(false)
})

/** Another value of the same kind, for each field of an object. */
const another = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value + 1n
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (value instanceof Date) return new Date(value.getTime() + 1)
  if (typeof value === 'object' && value !== null) return { x: 'y' }
  return `${String(value)}x`
}

const variants = <T extends object>(name: string, base: T, place: (changed: T) => CertificateContent) =>
  Object.keys(base).map((field): [string, CertificateContent] => [
    `${name} ${field}`,
    place({ ...base, [field]: another(base[field as keyof T]) }),
  ])

const item = {
  position: 1,
  account: 'clearing:card',
  object: 'ch_9',
  movementKey: 'jrn_9',
  currency: 'gbp',
  amount: 5n,
  occurredAt: new Date('2026-03-02T20:00:00Z'),
  state: 'timing' as const,
}
const till = { till: 't1', currency: 'gbp', card: 1n, refunds: 0n, cash: 2n, checks: 3n }
const whole = content({ outstanding: [item], exceptions: [stated()], tills: [till] })

const evidence: Evidence = {
  id: 'crt_1',
  runId: 'run_1',
  issuedAt: new Date('2026-03-03T02:00:00Z'),
  clean: true,
  changes: [],
  snapshot: null,
  digest: 'a',
  previousEvidenceDigest: 'b',
}

/** Which of our two digests cover a field; by hand, from docs/certificates.md. */
const EVIDENCE_ONLY = new Set([
  'row version',
  'row gone',
  'row firstSeenAt',
  'row seenRunId',
  'row counterpart',
  'outstanding movementKey',
  'outstanding occurredAt',
  'exception id',
  'exception difference',
  'exception severity',
  'exception paymentId',
  'exception openedRunId',
  'exception firstSeenAt',
  'exception details',
])

test.each([
  ...variants('row', certificateRow(), (row) => ({ ...whole, rows: [row, ...whole.rows.slice(1)] })),
  // Its position is the number of its line in both texts.
  ...variants('outstanding', item, (changed) => ({ ...whole, outstanding: [changed] })),
  ...variants('exception', stated(), (changed) => ({ ...whole, exceptions: [changed] })),
  ...variants('till', till, (changed) => ({ ...whole, tills: [changed] })),
  ...variants('key', whole.key, (key) => ({ ...whole, key })),
  ['opening', { ...whole, opening: 501n }],
  ['opening basis', { ...whole, openingBasis: 'first' }],
  ['ledger', { ...whole, ledgerNet: 66n }],
  ['currency net', { ...whole, currencyNet: 66n }],
  ['order', { ...whole, rows: whole.rows.toReversed() }],
] as [string, CertificateContent][])(
  'another %s is another text of one digest or the other',
  (name, other) => {
    expect(contentText(other) === contentText(whole)).toBe(EVIDENCE_ONLY.has(name))
    if (EVIDENCE_ONLY.has(name)) expect(evidenceText(other, evidence)).not.toBe(evidenceText(whole, evidence))
    if (!/counterpart[AO]|opening basis/.test(name)) expect(contentText1(other)).not.toBe(contentText1(whole))
  },
)

test('another field of the seal, or of the evidence, is another text', () => {
  const seal: Seal = {
    seq: 1n,
    version: 1,
    opening: 1n,
    closing: 2n,
    totals: [],
    counts: { rows: 0 },
    openExceptions: 0,
    contentDigest: 'a',
    previousDigest: 'b',
  }
  const texts = Object.keys(seal).map((field) =>
    sealText(whole.key, { ...seal, [field]: another(seal[field as keyof Seal]) }),
  )
  expect(new Set([...texts, sealText(whole.key, seal)]).size).toBe(Object.keys(seal).length + 1)
  const others = Object.keys(evidence).map((field) =>
    evidenceText(whole, { ...evidence, [field]: another(evidence[field as keyof Evidence]) }),
  )
  expect(new Set([...others, evidenceText(whole, evidence)]).size).toBe(Object.keys(evidence).length + 1)
})

test('names what appeared, vanished and changed', () => {
  const later = content({
    opening: 600n,
    rows: [certificateRow({ amount: 1_001n }), certificateRow({ id: 'txn_3' })],
    exceptions: [stated()],
  })
  expect(
    changesBetween(content(), later).map(({ what, id, change, fields }) => [
      what,
      id,
      change,
      fields?.['amount'] ?? null,
    ]),
  ).toEqual([
    ['row', 'txn_3', 'appeared', [null, '1000']],
    ['row', 'txn_2', 'vanished', ['-900', null]],
    ['row', 'txn_1', 'changed', ['1000', '1001']],
    ['exception', 'amount_mismatch:txn_1', 'appeared', null],
    ['opening', 'gbp', 'changed', ['500', '600']],
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
