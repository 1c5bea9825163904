import { addDays } from '#core/business-date.ts'
import { canonicalText } from './domain/canonical.ts'
import { closingOf, countsOf, totalsOf, type CertificateContent } from './domain/certificate.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { readChainFile, type ChainLink } from './chain-head.ts'
import { contentDigest, GENESIS, sealDigest } from './publish/seal.ts'
import { readContents, type StoredCertificate } from './publish/stored-certificates.ts'

const listPage = loadSql(import.meta.url, 'sql/certificates_list_page.sql')

/** Certificates read at once. */
const PAGE = 200

/** One thing about the stored chain that is not as it was issued. */
export interface CertifyFinding {
  readonly certificate: string
  readonly what: 'content' | 'digest' | 'figures' | 'link' | 'sequence' | 'opening' | 'head'
  readonly expected: string
  readonly found: string
}

export interface CertifyReport {
  /** Certificates that were re-computed. */
  readonly checked: number
  readonly findings: readonly CertifyFinding[]
}

type Stored = StoredCertificate & {
  readonly seq: bigint
  readonly totals: unknown
  readonly counts: unknown
  readonly open_exceptions: number
  readonly clean: boolean
  readonly changes: unknown
  readonly previous_digest: string
  readonly digest: string
  readonly issued_at: Date
  readonly run_id: string
}

interface Walk {
  seq: bigint
  digest: string
  /** Closing of the newest version so far, by place. */
  readonly closings: Map<string, bigint>
}

const sealOf = (stored: Stored) => ({
  seq: stored.seq,
  id: stored.id,
  version: stored.version,
  opening: stored.opening,
  closing: stored.closing,
  totals: stored.totals,
  counts: stored.counts,
  openExceptions: stored.open_exceptions,
  clean: stored.clean,
  changes: stored.changes,
  snapshot: stored.stripe_snapshot,
  issuedAt: stored.issued_at,
  runId: stored.run_id,
  contentDigest: stored.content_digest,
  previousDigest: stored.previous_digest,
})

const placeOf = (date: string, stored: Stored): string =>
  JSON.stringify([date, stored.currency, stored.balance_type])

const compare = (
  certificate: string,
  what: CertifyFinding['what'],
  expected: string,
  found: string,
): CertifyFinding[] => (expected === found ? [] : [{ certificate, what, expected, found }])

const figuresOf = (content: CertificateContent): string =>
  canonicalText([closingOf(content), totalsOf(content.rows), countsOf(content), content.exceptions.length])

/** One certificate against its own rows and against the chain so far. */
const checkOne = (stored: Stored, content: CertificateContent, walk: Walk): CertifyFinding[] => {
  const { id } = stored
  const opening = walk.closings.get(placeOf(addDays(stored.business_date, -1), stored)) ?? 0n
  const figures = canonicalText([stored.closing, stored.totals, stored.counts, stored.open_exceptions])
  return [
    ...compare(id, 'sequence', (walk.seq + 1n).toString(), stored.seq.toString()),
    ...compare(id, 'link', walk.digest, stored.previous_digest),
    ...compare(id, 'content', contentDigest(content), stored.content_digest),
    ...compare(id, 'figures', figuresOf(content), figures),
    ...compare(id, 'opening', opening.toString(), stored.opening.toString()),
    ...compare(id, 'digest', sealDigest(content.key, sealOf(stored)), stored.digest),
  ]
}

const checkHead = (
  file: readonly (ChainLink | undefined)[],
  links: readonly ChainLink[],
): CertifyFinding[] => {
  const text = (link: ChainLink | undefined) => (link ? `${link.seq} ${link.id} ${link.digest}` : 'none')
  const count = Math.max(file.length, links.length)
  const findings: CertifyFinding[] = []
  for (let at = 0; at < count; at += 1) {
    const [outside, inside] = [file[at], links[at]]
    const name = outside?.id ?? inside?.id ?? `line ${at + 1}`
    findings.push(...compare(name, 'head', text(outside), text(inside)))
  }
  return findings
}

const readAll = async (db: Db, file: readonly (ChainLink | undefined)[]): Promise<CertifyReport> => {
  const walk: Walk = { seq: 0n, digest: GENESIS, closings: new Map() }
  const links: ChainLink[] = []
  const findings: CertifyFinding[] = []
  for (;;) {
    const page = await db.rows<Stored>(listPage, [walk.seq, PAGE])
    if (page.length === 0) break
    const contents = await readContents(db, page)
    for (const stored of page) {
      const content = contents.get(stored.id)
      if (content) findings.push(...checkOne(stored, content, walk))
      walk.seq = stored.seq
      walk.digest = stored.digest
      walk.closings.set(placeOf(stored.business_date, stored), stored.closing)
      links.push({ seq: stored.seq, id: stored.id, digest: stored.digest })
    }
  }
  return { checked: links.length, findings: [...findings, ...checkHead(file, links)] }
}

/**
 * Re-computes every certificate from the rows it names, follows the chain from its start and compares it with the head file
 * kept outside the database; with `id` only that certificate's findings are answered. Finds one altered row, a row and its
 * digests altered together, and a certificate that was removed. The file is read first: a certificate issued meanwhile is
 * no finding. Throws nothing for a broken chain: that is what the findings are for.
 */
export const certify = async (
  deps: Pick<Deps, 'db' | 'chainHeadFile'>,
  id?: string,
): Promise<CertifyReport> => {
  const report = await deps.db.withTransaction(
    async (db) => readAll(db, await readChainFile(deps.chainHeadFile)),
    'REPEATABLE READ',
  )
  if (id === undefined) return report
  return { checked: 1, findings: report.findings.filter(({ certificate }) => certificate === id) }
}
