import { expect, test } from 'vitest'
import type { CertificateContent } from '../domain/certificate.ts'
import { contentDigest, contentDigest1, GENESIS, sealContent, sealDigest1 } from './seal.ts'

const at = new Date('2026-03-03T02:00:00Z')

const content: CertificateContent = {
  key: { businessDate: '2026-03-02', currency: 'gbp', balanceType: 'payments' },
  opening: 0n,
  openingBasis: null,
  rows: [
    {
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
      firstSeenAt: at,
      seenRunId: 'run_1',
      state: 'matched',
      category: null,
      counterpart: 'jrn_1',
      counterpartAccount: 'clearing:card',
      counterpartObject: 'ch_1',
    },
  ],
  outstanding: [
    {
      position: 1,
      account: 'clearing:card',
      object: 'ch_9',
      movementKey: 'jrn_9',
      currency: 'gbp',
      amount: 5n,
      occurredAt: new Date('2026-03-02T20:00:00Z'),
      state: 'timing',
    },
  ],
  exceptions: [],
  ledgerNet: 965n,
  currencyNet: 965n,
  tills: [{ till: 't1', currency: 'gbp', card: 1_000n, cash: 200n }],
}

const snapshot = { readAt: at, available: 0n, pending: 965n, netSince: 0n, agrees: true }

test('digests of format 1 are those that were sealed before format 2 existed', () => {
  // Computed with the code of that time.
  const own = 'f4572046bc79291d15b1fea952f6c4be9a81c33c920b9991d61297ca5030fe2e'
  expect(contentDigest1(content)).toBe(own)
  const counts = { rows: 1, matched: 1, explained: 0, exception: 0, outstanding: 1 }
  const totals = [{ category: 'charge', count: 1, amount: 1_000n, fee: 35n, net: 965n }]
  expect(
    sealDigest1(content.key, {
      ...{ seq: 1n, id: 'crt_1', version: 1, opening: 0n, closing: 965n, totals, counts, openExceptions: 0 },
      ...{ clean: true, changes: [], snapshot, issuedAt: at, runId: 'run_1' },
      ...{ contentDigest: own, previousDigest: GENESIS },
    }),
  ).toBe('67697b96af915960fdcf0e95b7a1141ecd7656d07b1b81081c12c8bfa4afa201')
})

test('two ways to the same facts have one digest and two digests of evidence', () => {
  const link = {
    ...{ id: 'crt_1', seq: 1n, version: 1, previousDigest: GENESIS, previousEvidenceDigest: 'x' },
    ...{ issuedAt: at, runId: 'run_1', changes: [], snapshot },
  }
  const [row] = content.rows
  const [item] = content.outstanding
  if (!row || !item) throw new Error('no row')
  const otherWay: CertificateContent = {
    ...content,
    rows: [{ ...row, counterpart: 'jrn_2', seenRunId: 'run_2', firstSeenAt: new Date(0), version: 2 }],
    outstanding: [{ ...item, movementKey: 'jrn_3', occurredAt: new Date(0) }],
  }
  const one = sealContent(content, link)
  const other = sealContent(otherWay, {
    ...link,
    ...{ id: 'crt_2', runId: 'run_2', issuedAt: new Date(0), snapshot: null },
  })
  expect(other.digest).toBe(one.digest)
  expect(other.evidenceDigest).not.toBe(one.evidenceDigest)
  expect(contentDigest({ ...content, rows: [{ ...row, counterpartObject: 'ch_2' }] })).not.toBe(
    contentDigest(content),
  )
})
