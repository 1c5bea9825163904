import { canonicalText } from './canonical.ts'
import {
  closingOf,
  type CertificateContent,
  type CertificateKey,
  type CertificateRow,
  type OutstandingItem,
  type StatedException,
} from './certificate.ts'

/**
 * What the digests of format 2 cover. The first one covers facts that are the same whatever way a run went: two installations
 * that saw the same money have the same digests. The way itself (our ids, when something was seen, Stripe's snapshot) is the
 * evidence, under a digest of its own.
 */

const rowFacts = (row: CertificateRow): unknown[] => [
  row.id,
  row.balanceType,
  row.businessDate,
  row.type,
  row.reportingCategory,
  row.amount,
  row.fee,
  row.net,
  row.currency,
  row.createdAt,
  row.availableAt,
  row.description,
  row.exchangeRate,
  row.source,
  row.state,
  row.category,
  row.counterpartAccount,
  row.counterpartObject,
]

const itemFacts = (item: OutstandingItem): unknown[] => [
  item.account,
  item.object,
  item.currency,
  item.amount,
  item.state,
]

const exceptionFacts = (stated: StatedException): unknown[] => [
  stated.category,
  stated.object,
  stated.currency,
  stated.expected,
  stated.actual,
]

/** The text whose digest names one row if it was altered. */
export const rowText = (row: CertificateRow): string => canonicalText(rowFacts(row))

/** The text whose digest names one outstanding item if it was altered. */
export const itemText = (item: OutstandingItem): string => canonicalText(itemFacts(item))

/** The text whose digest tells whether a date's content changed. */
export const contentText = (content: CertificateContent): string =>
  canonicalText([
    content.key,
    content.openingBasis,
    content.opening,
    closingOf(content),
    content.rows.map((row) => [row.position, rowFacts(row)]),
    content.outstanding.map((item) => [item.position, itemFacts(item)]),
    content.exceptions.map(exceptionFacts),
    content.ledgerNet,
    content.currencyNet,
    content.tills,
  ])

/** What the chain adds to the content; the same whatever way the run went. */
export interface Seal {
  readonly seq: bigint
  readonly version: number
  readonly opening: bigint
  readonly closing: bigint
  readonly totals: unknown
  readonly counts: unknown
  readonly openExceptions: number
  readonly contentDigest: string
  readonly previousDigest: string
}

/** The text whose digest is the certificate's link in the chain. */
export const sealText = (key: CertificateKey, seal: Seal): string =>
  canonicalText([
    'tillwatch certificate 2',
    key,
    seal.seq,
    seal.version,
    seal.opening,
    seal.closing,
    seal.totals,
    seal.counts,
    seal.openExceptions,
    seal.contentDigest,
    seal.previousDigest,
  ])

/** How it came about: ids, instants, the run, what Stripe's balance said. */
export interface Evidence {
  readonly id: string
  readonly runId: string
  readonly issuedAt: Date
  readonly clean: boolean
  readonly changes: unknown
  readonly snapshot: unknown
  readonly digest: string
  readonly previousEvidenceDigest: string
}

/** The text whose digest is the certificate's link in the chain of evidence. */
export const evidenceText = (content: CertificateContent, evidence: Evidence): string =>
  canonicalText([
    'tillwatch evidence 2',
    evidence.digest,
    evidence.id,
    evidence.runId,
    evidence.issuedAt,
    evidence.clean,
    evidence.changes,
    evidence.snapshot,
    content.rows.map((row) => [row.version, row.gone, row.firstSeenAt, row.seenRunId, row.counterpart]),
    content.outstanding.map((item) => [item.movementKey, item.occurredAt]),
    content.exceptions,
    evidence.previousEvidenceDigest,
  ])
