import { canonicalText } from './canonical.ts'
import {
  closingOf,
  countsOf,
  type CertificateContent,
  type CertificateKey,
  type CertificateRow,
  type OutstandingItem,
} from './certificate.ts'

/**
 * How certificates were sealed before format 2: one digest over everything, run ids and instants included. Nothing is issued in
 * it any more; it is here so that `certify` goes on to prove what was.
 */

const rowFields = (row: CertificateRow): unknown[] => [
  row.id,
  row.version,
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
  row.gone,
  row.firstSeenAt,
  row.seenRunId,
  row.source,
  row.state,
  row.category,
  row.counterpart,
]

const outstandingFields = (item: OutstandingItem): unknown[] => [
  item.account,
  item.object,
  item.movementKey,
  item.currency,
  item.amount,
  item.occurredAt,
  item.state,
]

/** The text under the content digest of format 1. */
export const contentText1 = (content: CertificateContent): string =>
  canonicalText([
    content.key,
    content.opening,
    closingOf(content),
    content.rows.map((row) => [row.position, rowFields(row)]),
    content.outstanding.map((item) => [item.position, outstandingFields(item)]),
    content.exceptions,
    content.ledgerNet,
    content.currencyNet,
    content.tills,
  ])

/** Format 1 knew no adjusted rows. */
export const countsOf1 = (content: CertificateContent): Readonly<Record<string, number>> => {
  const { adjusted: _none, ...counts } = countsOf(content)
  return counts
}

/** What the chain of format 1 added to the content. */
export interface Seal1 {
  readonly seq: bigint
  readonly id: string
  readonly version: number
  readonly opening: bigint
  readonly closing: bigint
  readonly totals: unknown
  readonly counts: unknown
  readonly openExceptions: number
  readonly clean: boolean
  readonly changes: unknown
  readonly snapshot: unknown
  readonly issuedAt: Date
  readonly runId: string
  readonly contentDigest: string
  readonly previousDigest: string
}

/** The text whose digest is the certificate's link in the chain, format 1. */
export const sealText1 = (key: CertificateKey, seal: Seal1): string =>
  canonicalText([
    'tillwatch certificate 1',
    key,
    seal.seq,
    seal.id,
    seal.version,
    seal.opening,
    seal.closing,
    seal.totals,
    seal.counts,
    seal.openExceptions,
    seal.clean,
    seal.changes,
    seal.snapshot,
    seal.issuedAt,
    seal.runId,
    seal.contentDigest,
    seal.previousDigest,
  ])
