import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { CertifyFinding } from './certify-finding.ts'
import { canonicalText } from './domain/canonical.ts'
import { exceptionName, type StatedException } from './domain/certificate.ts'
import { readOpenings } from './publish/post-openings.ts'
import { readLedgerNets } from './publish/read-certificate-facts.ts'
import { readOpenExceptions, toStated } from './publish/read-open-exceptions.ts'
import type { StoredCertificate } from './publish/stored-certificates.ts'

const listPairings = loadSql(import.meta.url, 'sql/certificate_evidence_list_pairings.sql')
const listDecided = loadSql(import.meta.url, 'sql/exceptions_list_decided.sql')
const listOffHistory = loadSql(import.meta.url, 'sql/exceptions_list_off_history.sql')

/** Certificates whose rows are read at once. */
const PAGE = 100

interface PairedRow {
  readonly certificate_id: string
  readonly id: string
  readonly version: number
  readonly state: string
  readonly category: string | null
  readonly movement_key: string | null
  readonly business_date: string
  readonly stripe_created: Date
  readonly source: string | null
  readonly live_version: number | null
  readonly live_state: string | null
  readonly live_category: string | null
  readonly live_movement_key: string | null
  readonly movement_entry: string | null
  readonly live_counterpart: string | null
  readonly plan: string | null
  readonly revision: number | null
  readonly run_id: string | null
  readonly settlement_entry: string | null
  readonly payment_id: string | null
  readonly kind: string | null
  readonly source_id: string | null
  readonly entry_revision: number | null
  readonly cause_id: string | null
  readonly entry_date: string | null
  readonly occurred_at: Date | null
  readonly entry_payment_id: string | null
  readonly postings: unknown
}

const differ = (
  certificate: string,
  what: CertifyFinding['what'],
  expected: unknown,
  found: unknown,
): CertifyFinding[] => {
  const texts = [canonicalText(expected), canonicalText(found)] as const
  return texts[0] === texts[1] ? [] : [{ certificate, what, expected: texts[0], found: texts[1] }]
}

/** The live pairing says what the certificate says, and the ledger has exactly what the pairing settled. */
const checkPairing = (row: PairedRow, decided: ReadonlySet<string>): CertifyFinding[] => {
  const stated = [row.id, row.version, row.state, row.category, row.movement_key]
  const live = [row.id, row.live_version, row.live_state, row.live_category, row.live_movement_key]
  const isPayout = row.movement_key?.startsWith('po_') ?? false
  const counterpart = row.movement_key === null ? null : (row.payment_id ?? row.source)
  const expectedPair = [isPayout ? null : row.movement_key, counterpart]
  const settles = row.plan !== null && row.plan !== '[]'
  const expected = settles
    ? [
        'settlement',
        row.id,
        row.revision,
        row.run_id,
        row.business_date,
        row.stripe_created,
        row.payment_id,
        row.plan,
      ]
    : [null, null, null, null, null, null, null, '[]']
  const { kind, source_id: source, entry_revision: revision, cause_id: run, entry_date: date } = row
  const found = [
    kind,
    source,
    revision,
    run,
    date,
    row.occurred_at,
    row.entry_payment_id,
    JSON.stringify(row.postings),
  ]
  return [
    ...(decided.has(row.id) ? [] : differ(row.certificate_id, 'pairing', stated, live)),
    ...differ(row.certificate_id, 'pairing', expectedPair, [row.movement_entry, row.live_counterpart]),
    ...differ(row.certificate_id, 'settlement', expected, found),
  ]
}

/** What a person decided since the last run: the next run tells the certificates of it. */
interface Decided {
  readonly names: ReadonlySet<string>
  readonly objects: ReadonlySet<string>
}

const readDecided = async (db: Db): Promise<Decided> => {
  const rows = await db.rows<{ category: string; object: string }>(listDecided)
  return { names: new Set(rows.map(exceptionName)), objects: new Set(rows.map(({ object }) => object)) }
}

const checkPairings = async (
  db: Db,
  newest: readonly StoredCertificate[],
  decided: Decided,
): Promise<CertifyFinding[]> => {
  const findings: CertifyFinding[] = []
  for (let at = 0; at < newest.length; at += PAGE) {
    const ids = newest.slice(at, at + PAGE).map(({ id }) => id)
    const rows = await db.rows<PairedRow>(listPairings, [ids])
    findings.push(...rows.flatMap((row) => checkPairing(row, decided.objects)))
  }
  return findings
}

/** Severity and details go on after a certificate is issued; everything else of an open exception stands. */
const standing = ({ severity: _severity, details: _details, ...fields }: StatedException) => fields

/** The exceptions that the newest certificates of a date state are those that are open now, field by field. */
const checkExceptions = async (
  db: Db,
  newest: readonly StoredCertificate[],
  decided: Decided,
): Promise<CertifyFinding[]> => {
  const open = await readOpenExceptions(db)
  const off = await db.rows<{ id: string }>(listOffHistory)
  const live = new Map(
    open.map((row) => [exceptionName(row), canonicalText([row.business_date, standing(toStated(row))])]),
  )
  const findings = newest.flatMap(({ id, business_date: date, exceptions }) =>
    exceptions.flatMap((stated) => {
      const name = exceptionName(stated)
      const expected = canonicalText([date, standing(stated)])
      const found = live.get(name) ?? 'none'
      live.delete(name)
      return expected === found || decided.names.has(name)
        ? []
        : [{ certificate: id, what: 'exceptions' as const, expected, found }]
    }),
  )
  const certified = new Map(newest.map(({ id, business_date: date }) => [date, id]))
  const unstated = open
    .filter((row) => live.has(exceptionName(row)) && !decided.names.has(exceptionName(row)))
    .flatMap((row) => {
      const certificate = certified.get(row.business_date)
      const found = exceptionName(row)
      return certificate ? [{ certificate, what: 'exceptions' as const, expected: 'none', found }] : []
    })
  const changed = off.flatMap(({ id, ...row }) => differ(id, 'exceptions', 'as its history ended', row))
  return [...findings, ...unstated, ...changed]
}

const checkLedger = async (db: Db, newest: readonly StoredCertificate[]): Promise<CertifyFinding[]> => {
  const dates = [...new Set(newest.map(({ business_date: date }) => date))]
  const keyOf = (date: string, currency: string) => JSON.stringify([date, currency])
  const nets = new Map(
    (await readLedgerNets(db, dates)).map((row) => [keyOf(row.business_date, row.currency), row.net]),
  )
  const moved = new Map<string, bigint>()
  for (const { business_date: date, currency, opening, closing } of newest) {
    const key = keyOf(date, currency)
    moved.set(key, (moved.get(key) ?? 0n) + closing - opening)
  }
  return newest.flatMap(({ id, business_date: date, currency, ledger_net: ledger, currency_net: net }) => [
    ...differ(id, 'ledger', ledger, nets.get(keyOf(date, currency)) ?? 0n),
    ...differ(id, 'figures', net, moved.get(keyOf(date, currency))),
  ])
}

/** The first certificate of a series opens with what is posted as held at go-live. */
const checkOpenings = async (db: Db, newest: readonly StoredCertificate[]): Promise<CertifyFinding[]> => {
  const openings = await readOpenings(db)
  return newest
    .filter(({ opening_basis: basis }) => basis === 'first')
    .flatMap(({ id, currency, balance_type: type, opening }) =>
      differ(id, 'opening', openings.get(JSON.stringify([currency, type])) ?? 0n, opening),
    )
}

/**
 * Compares the newest version of each certificate with what it stands on now: live pairings, the postings that settled them,
 * open exceptions, the net of `stripe:balance`, what was posted as held at go-live. Older versions are checked by their digests alone.
 */
export const checkEvidence = async (
  db: Db,
  newest: readonly StoredCertificate[],
): Promise<CertifyFinding[]> => {
  const decided = await readDecided(db)
  return [
    ...(await checkPairings(db, newest, decided)),
    ...(await checkExceptions(db, newest, decided)),
    ...(await checkLedger(db, newest)),
    ...(await checkOpenings(db, newest)),
  ]
}
