import { addDays } from '#core/business-date.ts'
import { canonicalText } from './domain/canonical.ts'
import {
  changesOfVersion,
  closingOf,
  countsOf,
  isClean,
  totalsOf,
  type CertificateContent,
  type StripeSnapshot,
} from './domain/certificate.ts'
import { checkEvidence } from './certify-evidence.ts'
import type { CertifyFinding } from './certify-finding.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { HEADER, readChainFile, type ChainFile, type ChainLink } from './chain-head.ts'
import { RECONCILER_LOCK } from './lock.ts'
import { contentDigest, GENESIS, sealDigest } from './publish/seal.ts'
import { readContents, type StoredCertificate } from './publish/stored-certificates.ts'

const tryLock = loadSql(import.meta.url, 'sql/lock_try_shared.sql')
const listPage = loadSql(import.meta.url, 'sql/certificates_list_page.sql')

/** Certificates read at once. */
const PAGE = 200

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
  /** The newest version so far, by place. */
  readonly newest: Map<string, Stored>
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

const sumOf = (...texts: readonly unknown[]): bigint | null =>
  texts.every((text) => /^-?\d+$/.test(String(text)))
    ? texts.reduce<bigint>((sum, text) => sum + BigInt(String(text)), 0n)
    : null

/** Whether a stored snapshot, whose amounts are text, agrees with the closing; null without one. */
const agreesOf = (snapshot: StripeSnapshot | null, closing: bigint): boolean | null =>
  snapshot && sumOf(snapshot.available, snapshot.pending) === sumOf(closing, snapshot.netSince)

const listOf = <T>(value: readonly T[]): readonly T[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null) ? value : []

/** Stored JSON that is not even a list is read as an empty one: the digests say that it was altered. */
const readable = (stored: Stored): Stored => ({
  ...stored,
  exceptions: listOf(stored.exceptions),
  tills: listOf(stored.tills),
})

const figuresOf = (stored: Stored, content: CertificateContent): string => {
  const closing = closingOf(content)
  return canonicalText([
    closing,
    totalsOf(content.rows),
    countsOf(content),
    content.exceptions.length,
    isClean(content, stored.stripe_snapshot),
    agreesOf(stored.stripe_snapshot, closing),
  ])
}

/** What every row of a certificate must be, whatever the digests say. */
const oddRows = ({ key, rows }: CertificateContent): string[] =>
  rows
    .filter(
      (row, at) =>
        row.position !== at + 1 ||
        row.gone ||
        row.net !== row.amount - row.fee ||
        row.currency !== key.currency ||
        row.balanceType !== key.balanceType ||
        row.businessDate !== key.businessDate,
    )
    .map(({ id }) => id)

/** One certificate against its own rows and against the chain so far; `before` is its version before. */
const checkOne = (
  stored: Stored,
  content: CertificateContent,
  walk: Walk,
  before: CertificateContent | undefined,
): CertifyFinding[] => {
  const { id } = stored
  const previous = walk.newest.get(placeOf(stored.business_date, stored))
  const opening = walk.newest.get(placeOf(addDays(stored.business_date, -1), stored))?.closing ?? 0n
  const figures = [stored.closing, stored.totals, stored.counts, stored.open_exceptions, stored.clean]
  const agreed = previous?.stripe_snapshot?.agrees ?? true
  const changes = changesOfVersion(before && { content: before, agreed }, content, stored.stripe_snapshot)
  const version = (previous?.version ?? 0) + 1
  return [
    ...compare(id, 'sequence', (walk.seq + 1n).toString(), stored.seq.toString()),
    ...compare(id, 'sequence', `version ${version}`, `version ${stored.version}`),
    ...compare(id, 'link', walk.digest, stored.previous_digest),
    ...compare(id, 'content', contentDigest(content), stored.content_digest),
    ...compare(
      id,
      'figures',
      figuresOf(stored, content),
      canonicalText([...figures, stored.stripe_snapshot?.agrees ?? null]),
    ),
    ...compare(id, 'rows', '', oddRows(content).join(' ')),
    ...compare(id, 'opening', opening.toString(), stored.opening.toString()),
    ...compare(id, 'changes', canonicalText(changes), canonicalText(stored.changes)),
    ...compare(id, 'digest', sealDigest(content.key, sealOf(stored)), stored.digest),
  ]
}

/** While a run is at work (not `quiet`) the file may be one run ahead or behind: only what both have is compared. */
const checkHead = (file: ChainFile, links: readonly ChainLink[], quiet: boolean): CertifyFinding[] => {
  const text = (link: ChainLink | undefined) => (link ? `${link.seq} ${link.id} ${link.digest}` : 'none')
  const count = (quiet ? Math.max : Math.min)(file.links.length, links.length)
  const findings: CertifyFinding[] = []
  if (count > 0) findings.push(...compare('chain', 'head', HEADER, file.header ?? 'none'))
  for (let at = 0; at < count; at += 1) {
    const [outside, inside] = [file.links[at], links[at]]
    const name = outside?.id ?? inside?.id ?? `line ${at + 1}`
    findings.push(...compare(name, 'head', text(outside), text(inside)))
  }
  return findings
}

const checkPage = async (db: Db, page: readonly Stored[], walk: Walk): Promise<CertifyFinding[]> => {
  const places = new Map([...walk.newest].map(([place, { id }]) => [place, id]))
  const previousOf = new Map<string, string>()
  for (const stored of page) {
    const place = placeOf(stored.business_date, stored)
    const previous = places.get(place)
    if (previous !== undefined) previousOf.set(stored.id, previous)
    places.set(place, stored.id)
  }
  const wanted = new Set(previousOf.values())
  const older = [...walk.newest.values()].filter(({ id }) => wanted.has(id))
  const contents = await readContents(db, [...older, ...page])
  const findings: CertifyFinding[] = []
  for (const stored of page) {
    const content = contents.get(stored.id)
    const before = contents.get(previousOf.get(stored.id) ?? '')
    if (content) findings.push(...checkOne(stored, content, walk, before))
    walk.seq = stored.seq
    walk.digest = stored.digest
    walk.newest.set(placeOf(stored.business_date, stored), stored)
  }
  return findings
}

const readAll = async (db: Db, path: string): Promise<CertifyReport> => {
  const quiet = (await db.first<{ quiet: boolean }>(tryLock, [RECONCILER_LOCK]))?.quiet ?? false
  const file = await readChainFile(path)
  const walk: Walk = { seq: 0n, digest: GENESIS, newest: new Map() }
  const links: ChainLink[] = []
  const findings: CertifyFinding[] = []
  for (;;) {
    const page = (await db.rows<Stored>(listPage, [walk.seq, PAGE])).map(readable)
    if (page.length === 0) break
    findings.push(...(await checkPage(db, page, walk)))
    links.push(...page.map(({ seq, id, digest }) => ({ seq, id, digest })))
  }
  findings.push(...(await checkEvidence(db, [...walk.newest.values()])))
  return { checked: links.length, findings: [...findings, ...checkHead(file, links, quiet)] }
}

/**
 * Re-computes every certificate from the rows it names, follows the chain from its start, compares it with the head file
 * kept outside the database, and the newest version of each with the pairings, postings and exceptions it stands on; with
 * `id` only that certificate's findings are answered. Cannot find a database and a head file that were forged together
 * (docs/certificates.md). Throws nothing for a broken chain: that is what the findings are for.
 */
export const certify = async (
  deps: Pick<Deps, 'db' | 'chainHeadFile'>,
  id?: string,
): Promise<CertifyReport> => {
  const report = await deps.db.withTransaction(
    async (db) => readAll(db, deps.chainHeadFile),
    'REPEATABLE READ',
  )
  if (id === undefined) return report
  return { checked: 1, findings: report.findings.filter(({ certificate }) => certificate === id) }
}
