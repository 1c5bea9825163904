import { addDays } from '#core/business-date.ts'
import type { CertifyFinding } from './certify-finding.ts'
import { nameDifferences } from './certify-names.ts'
import { canonicalText } from './domain/canonical.ts'
import {
  closingOf,
  countsOf,
  isClean,
  totalsOf,
  type CertificateContent,
  type StripeSnapshot,
} from './domain/certificate.ts'
import { changesOfVersion } from './domain/certificate-changes.ts'
import { countsOf1 } from './domain/certificate-format-1.ts'
import {
  contentDigest,
  contentDigest1,
  evidenceDigest,
  FORMAT,
  sealDigest,
  sealDigest1,
} from './publish/seal.ts'
import type { StoredContent, WholeCertificate } from './publish/stored-certificates.ts'

/** How far the chain was followed. */
export interface Walk {
  seq: bigint
  digest: string
  evidenceDigest: string
  /** Format of the last link: the chain never goes back to an older one. */
  format: number
  /** The newest version so far, by place. */
  readonly newest: Map<string, WholeCertificate>
}

/** A certificate's place in its series of versions. */
export const placeOf = (date: string, stored: Pick<WholeCertificate, 'currency' | 'balance_type'>): string =>
  JSON.stringify([date, stored.currency, stored.balance_type])

const compare = (
  certificate: string,
  what: CertifyFinding['what'],
  expected: string,
  found: string,
): CertifyFinding[] => (expected === found ? [] : [{ certificate, what, expected, found }])

const sumOf = (...texts: readonly unknown[]): bigint | null =>
  texts.every((text) => /^-?\d+$/.test(String(text)))
    ? texts.reduce<bigint>((sum, text) => sum + BigInt(String(text)), 0n)
    : null

/** Whether a stored snapshot, whose amounts are text, agrees with the closing; null without one. */
const agreesOf = (snapshot: StripeSnapshot | null, closing: bigint): boolean | null =>
  snapshot && sumOf(snapshot.available, snapshot.pending) === sumOf(closing, snapshot.netSince)

const figuresOf = (stored: WholeCertificate, content: CertificateContent): string => {
  const closing = closingOf(content)
  return canonicalText([
    closing,
    totalsOf(content.rows),
    stored.format === 1 ? countsOf1(content) : countsOf(content),
    content.exceptions.length,
    isClean(content, stored.stripe_snapshot),
    agreesOf(stored.stripe_snapshot, closing),
  ])
}

/** What every row of a certificate must be, whatever the digests say. */
const oddRows = ({ key, rows }: CertificateContent): string[] =>
  rows
    .filter(
      (row) =>
        row.gone ||
        row.net !== row.amount - row.fee ||
        row.currency !== key.currency ||
        row.balanceType !== key.balanceType ||
        row.businessDate !== key.businessDate,
    )
    .map(({ id }) => id)

const sealOf = (stored: WholeCertificate) => ({
  seq: stored.seq,
  version: stored.version,
  opening: stored.opening,
  closing: stored.closing,
  totals: stored.totals,
  counts: stored.counts,
  openExceptions: stored.open_exceptions,
  contentDigest: stored.content_digest,
  previousDigest: stored.previous_digest,
})

const evidenceOf = (stored: WholeCertificate) => ({
  id: stored.id,
  runId: stored.run_id,
  issuedAt: stored.issued_at,
  clean: stored.clean,
  changes: stored.changes,
  snapshot: stored.stripe_snapshot,
})

/** Digests and figures as format 1 sealed them; its changes are under its digest and not told again. */
const checkFormat1 = (stored: WholeCertificate, content: CertificateContent): CertifyFinding[] => {
  const { id } = stored
  const seal = { ...sealOf(stored), ...evidenceOf(stored) }
  return [
    ...compare(id, 'content', contentDigest1(content), stored.content_digest),
    ...compare(id, 'digest', sealDigest1(content.key, seal), stored.digest),
    ...compare(
      id,
      'evidence',
      'null null null',
      `${stored.evidence_digest} ${stored.previous_evidence_digest} ${stored.opening_basis}`,
    ),
  ]
}

const checkFormat2 = (
  stored: WholeCertificate,
  { content, ...digests }: StoredContent,
  walk: Walk,
  before: CertificateContent | undefined,
): CertifyFinding[] => {
  const { id, stripe_snapshot: snapshot } = stored
  const previous = walk.newest.get(placeOf(stored.business_date, stored))
  const agreed = previous?.stripe_snapshot?.agrees ?? true
  const changes =
    previous && before
      ? changesOfVersion({ content: before, agreed, format: previous.format }, content, snapshot)
      : []
  const digest = sealDigest(content.key, sealOf(stored))
  const previousEvidenceDigest = stored.previous_evidence_digest ?? ''
  const evidence = { ...evidenceOf(stored), digest: stored.digest, previousEvidenceDigest }
  return [
    ...compare(id, 'content', contentDigest(content), stored.content_digest),
    ...nameDifferences(stored, { content, ...digests }),
    ...compare(id, 'changes', canonicalText(changes), canonicalText(stored.changes)),
    ...compare(id, 'digest', digest, stored.digest),
    ...compare(id, 'link', walk.evidenceDigest, previousEvidenceDigest),
    ...compare(id, 'evidence', evidenceDigest(content, evidence), stored.evidence_digest ?? 'none'),
  ]
}

/** One certificate against its own rows and against the chain so far; `before` is its version before. */
export const checkOne = (
  stored: WholeCertificate,
  own: StoredContent,
  walk: Walk,
  before: CertificateContent | undefined,
): CertifyFinding[] => {
  const { id, format } = stored
  const { content } = own
  const previous = walk.newest.get(placeOf(stored.business_date, stored))
  const carried = walk.newest.get(placeOf(addDays(stored.business_date, -1), stored))
  const opening = carried?.closing ?? (format === 1 ? 0n : stored.opening)
  const basis = format === 1 ? null : carried ? 'carried' : 'first'
  const figures = [stored.closing, stored.totals, stored.counts, stored.open_exceptions, stored.clean]
  const agrees = stored.stripe_snapshot?.agrees ?? null
  const version = (previous?.version ?? 0) + 1
  return [
    ...compare(id, 'sequence', (walk.seq + 1n).toString(), stored.seq.toString()),
    ...compare(id, 'sequence', `version ${version}`, `version ${stored.version}`),
    ...compare(
      id,
      'sequence',
      `format ${Math.min(Math.max(walk.format, format), FORMAT)}`,
      `format ${format}`,
    ),
    ...compare(id, 'link', walk.digest, stored.previous_digest),
    ...(format === 1 ? checkFormat1(stored, content) : checkFormat2(stored, own, walk, before)),
    ...compare(id, 'figures', figuresOf(stored, content), canonicalText([...figures, agrees])),
    ...compare(id, 'rows', '', oddRows(content).join(' ')),
    ...compare(id, 'opening', `${opening} ${basis}`, `${stored.opening} ${stored.opening_basis}`),
  ]
}
