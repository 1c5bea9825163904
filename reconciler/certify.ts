import { checkEvidence } from './certify-evidence.ts'
import type { CertifyFinding } from './certify-finding.ts'
import { checkOne, placeOf, type Walk } from './certify-one.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { HEADER, linkText, readChainFile, type ChainFile, type ChainLink } from './chain-head.ts'
import { RECONCILER_LOCK } from './lock.ts'
import { EVIDENCE_GENESIS, GENESIS } from './publish/seal.ts'
import { readContents, type WholeCertificate } from './publish/stored-certificates.ts'

const tryLock = loadSql(import.meta.url, 'sql/lock_try_shared.sql')
const listPage = loadSql(import.meta.url, 'sql/certificates_list_page.sql')

/** Certificates read at once. */
const PAGE = 200

export interface CertifyReport {
  /** Certificates that were re-computed. */
  readonly checked: number
  readonly findings: readonly CertifyFinding[]
  /** Findings about other certificates than the one that was asked for: with any the chain does not hold. */
  readonly elsewhere: number
}

const listOf = <T>(value: readonly T[]): readonly T[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null) ? value : []

/** Stored JSON that is not even a list is read as an empty one: the digests say that it was altered. */
const readable = (stored: WholeCertificate): WholeCertificate => ({
  ...stored,
  exceptions: listOf(stored.exceptions),
  tills: listOf(stored.tills),
})

/** While a run is at work (not `quiet`) the file may be one run ahead or behind: only what both have is compared. */
const checkHead = (file: ChainFile, links: readonly ChainLink[], quiet: boolean): CertifyFinding[] => {
  const text = (link: ChainLink | undefined) => (link ? linkText(link) : 'none')
  const count = (quiet ? Math.max : Math.min)(file.links.length, links.length)
  const findings: CertifyFinding[] = []
  if (count > 0 && file.header !== HEADER) {
    findings.push({ certificate: 'chain', what: 'head', expected: HEADER, found: file.header ?? 'none' })
  }
  for (let at = 0; at < count; at += 1) {
    const [outside, inside] = [file.links[at], links[at]]
    const name = outside?.id ?? inside?.id ?? `line ${at + 1}`
    const [expected, found] = [text(outside), text(inside)]
    if (expected !== found) findings.push({ certificate: name, what: 'head', expected, found })
  }
  return findings
}

const checkPage = async (
  db: Db,
  page: readonly WholeCertificate[],
  walk: Walk,
): Promise<CertifyFinding[]> => {
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
    const own = contents.get(stored.id)
    const before = contents.get(previousOf.get(stored.id) ?? '')
    if (own) findings.push(...checkOne(stored, own, walk, before?.content))
    walk.seq = stored.seq
    walk.digest = stored.digest
    walk.evidenceDigest = stored.evidence_digest ?? walk.evidenceDigest
    walk.format = stored.format
    walk.newest.set(placeOf(stored.business_date, stored), stored)
  }
  return findings
}

const readAll = async (db: Db, path: string): Promise<CertifyReport> => {
  const quiet = (await db.first<{ quiet: boolean }>(tryLock, [RECONCILER_LOCK]))?.quiet ?? false
  const file = await readChainFile(path)
  const walk: Walk = {
    seq: 0n,
    digest: GENESIS,
    evidenceDigest: EVIDENCE_GENESIS,
    format: 1,
    newest: new Map(),
  }
  const links: ChainLink[] = []
  const findings: CertifyFinding[] = []
  for (;;) {
    const page = (await db.rows<WholeCertificate>(listPage, [walk.seq, PAGE])).map(readable)
    if (page.length === 0) break
    findings.push(...(await checkPage(db, page, walk)))
    links.push(
      ...page.map(({ seq, id, digest, evidence_digest: evidenceDigest }) => ({
        seq,
        id,
        digest,
        evidenceDigest,
      })),
    )
  }
  findings.push(...(await checkEvidence(db, [...walk.newest.values()])))
  return { checked: links.length, findings: [...findings, ...checkHead(file, links, quiet)], elsewhere: 0 }
}

/**
 * Re-computes every certificate from the rows it names, follows both chains from their start, compares them with the head file
 * kept outside the database, and the newest version of each with the pairings, postings and exceptions it stands on; with
 * `id` only that certificate's findings are answered, and how many there are of others. Cannot find a database and a head file that were forged together
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
  const findings = report.findings.filter(({ certificate }) => certificate === id)
  return { checked: 1, findings, elsewhere: report.findings.length - findings.length }
}
