import { createHash } from 'node:crypto'
import {
  closingOf,
  contentText,
  countsOf,
  isClean,
  sealText,
  totalsOf,
  type CertificateContent,
  type CertificateKey,
  type Change,
  type Seal,
  type StripeSnapshot,
} from '../domain/certificate.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Digest of what a certificate states. */
export const contentDigest = (content: CertificateContent): string => sha256(contentText(content))

/** Digest of a certificate as a link of the chain. */
export const sealDigest = (key: CertificateKey, seal: Seal): string => sha256(sealText(key, seal))

/** What the chain starts from. */
export const GENESIS = sha256('tillwatch certificate chain 1')

/** A certificate that is ready to be stored. */
export interface Sealed {
  readonly content: CertificateContent
  readonly seal: Seal
  readonly digest: string
  readonly snapshot: StripeSnapshot | null
}

/** Closes a content into the next link of the chain. */
export const sealContent = (
  content: CertificateContent,
  link: {
    readonly id: string
    readonly seq: bigint
    readonly version: number
    readonly previousDigest: string
    readonly issuedAt: Date
    readonly runId: string
    readonly changes: readonly Change[]
    readonly snapshot: StripeSnapshot | null
  },
): Sealed => {
  const seal: Seal = {
    ...link,
    opening: content.opening,
    closing: closingOf(content),
    totals: totalsOf(content.rows),
    counts: countsOf(content),
    openExceptions: content.exceptions.length,
    clean: isClean(content, link.snapshot),
    contentDigest: contentDigest(content),
  }
  return { content, seal, digest: sealDigest(content.key, seal), snapshot: link.snapshot }
}
