import { createHash } from 'node:crypto'
import {
  closingOf,
  countsOf,
  isClean,
  totalsOf,
  type CertificateContent,
  type CertificateKey,
  type CertificateRow,
  type OutstandingItem,
  type StripeSnapshot,
} from '../domain/certificate.ts'
import type { Change } from '../domain/certificate-changes.ts'
import { contentText1, sealText1, type Seal1 } from '../domain/certificate-format-1.ts'
import {
  contentText,
  evidenceText,
  itemText,
  rowText,
  sealText,
  type Evidence,
  type Seal,
} from '../domain/certificate-text.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The format in which certificates are issued now. */
export const FORMAT = 2

/** Digest of what a certificate states. */
export const contentDigest = (content: CertificateContent): string => sha256(contentText(content))

/** Digest of a certificate as a link of the chain. */
export const sealDigest = (key: CertificateKey, seal: Seal): string => sha256(sealText(key, seal))

/** Digest of what a certificate stands on as a link of the chain of evidence. */
export const evidenceDigest = (content: CertificateContent, evidence: Evidence): string =>
  sha256(evidenceText(content, evidence))

/** The digests of format 1. */
export const contentDigest1 = (content: CertificateContent): string => sha256(contentText1(content))
export const sealDigest1 = (key: CertificateKey, seal: Seal1): string => sha256(sealText1(key, seal))

/** 64 bits are enough to name a row; the certificate's digest is what proves it. */
const SHORT = 16
export const rowDigest = (row: CertificateRow): string => sha256(rowText(row)).slice(0, SHORT)
export const itemDigest = (item: OutstandingItem): string => sha256(itemText(item)).slice(0, SHORT)

/** What the chain starts from, and the chain of evidence. */
export const GENESIS = sha256('tillwatch certificate chain 1')
export const EVIDENCE_GENESIS = sha256('tillwatch evidence chain 2')

/** A certificate that is ready to be stored. */
export interface Sealed {
  readonly content: CertificateContent
  readonly seal: Seal
  readonly evidence: Omit<Evidence, 'changes' | 'snapshot'> & { readonly changes: readonly Change[] }
  readonly digest: string
  readonly evidenceDigest: string
  readonly snapshot: StripeSnapshot | null
}

/** Closes a content into the next link of both chains. */
export const sealContent = (
  content: CertificateContent,
  link: {
    readonly id: string
    readonly seq: bigint
    readonly version: number
    readonly previousDigest: string
    readonly previousEvidenceDigest: string
    readonly issuedAt: Date
    readonly runId: string
    readonly changes: readonly Change[]
    readonly snapshot: StripeSnapshot | null
  },
): Sealed => {
  const { seq, version, previousDigest, previousEvidenceDigest, snapshot } = link
  const seal: Seal = {
    seq,
    version,
    previousDigest,
    opening: content.opening,
    closing: closingOf(content),
    totals: totalsOf(content.rows),
    counts: countsOf(content),
    openExceptions: content.exceptions.length,
    contentDigest: contentDigest(content),
  }
  const digest = sealDigest(content.key, seal)
  const { id, runId, issuedAt, changes } = link
  const clean = isClean(content, snapshot)
  const evidence = { id, runId, issuedAt, changes, clean, digest, previousEvidenceDigest }
  return {
    content,
    seal,
    evidence,
    digest,
    evidenceDigest: evidenceDigest(content, { ...evidence, snapshot }),
    snapshot,
  }
}
