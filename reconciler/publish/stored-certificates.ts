import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type {
  CertificateContent,
  CertificateRow,
  OutstandingItem,
  StatedException,
  StripeSnapshot,
  TillTotal,
} from '../domain/certificate.ts'
import type { StoredMirrorRow } from '../read-mirror.ts'

const listRows = loadSql(import.meta.url, '../sql/certificate_rows_list.sql')
const listOutstanding = loadSql(import.meta.url, '../sql/certificate_outstanding_list.sql')

/** The columns of a stored certificate that its content is made of. */
export interface StoredCertificate {
  readonly id: string
  readonly business_date: string
  readonly currency: string
  readonly balance_type: string
  readonly version: number
  readonly opening: bigint
  readonly closing: bigint
  readonly content_digest: string
  readonly exceptions: readonly StatedException[]
  readonly ledger_net: bigint
  readonly currency_net: bigint
  readonly tills: readonly TillTotal[]
  readonly stripe_snapshot: StripeSnapshot | null
  readonly format: number
  readonly opening_basis: 'carried' | 'first' | null
}

/** Every column of a stored certificate. */
export interface WholeCertificate extends StoredCertificate {
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
  readonly previous_evidence_digest: string | null
  readonly evidence_digest: string | null
}

/** A balance transaction with its pairing, as SQL gives it. */
export interface StoredRow extends StoredMirrorRow {
  /** Its place on a stored certificate. */
  readonly position?: number
  /** Its short digest as it was issued; null in format 1. */
  readonly digest?: string | null
  readonly first_seen_at: Date
  readonly seen_run_id: string
  readonly state: string
  readonly category: string | null
  readonly counterpart: string | null
  readonly counterpart_account: string | null
  readonly counterpart_object: string | null
}

interface StoredItem {
  readonly certificate_id: string
  readonly position: number
  readonly account: string
  readonly object: string
  readonly movement_key: string
  readonly currency: string
  readonly amount: bigint
  readonly occurred_at: Date
  readonly state: 'timing' | 'exception'
  readonly digest: string | null
}

/** A row in the terms of certificates. */
export const toCertificateRow = (row: StoredRow): CertificateRow => ({
  position: row.position ?? 0,
  id: row.id,
  version: row.version,
  balanceType: row.balance_type,
  businessDate: row.business_date,
  type: row.type,
  reportingCategory: row.reporting_category,
  source: row.source,
  amount: row.amount,
  fee: row.fee,
  net: row.net,
  currency: row.currency,
  createdAt: row.stripe_created,
  availableAt: row.available_on,
  description: row.description,
  exchangeRate: row.exchange_rate,
  gone: row.gone,
  firstSeenAt: row.first_seen_at,
  seenRunId: row.seen_run_id,
  state: row.state,
  category: row.category,
  counterpart: row.counterpart,
  counterpartAccount: row.counterpart_account,
  counterpartObject: row.counterpart_object,
})

const toItem = (row: StoredItem): OutstandingItem => ({
  position: row.position,
  account: row.account,
  object: row.object,
  movementKey: row.movement_key,
  currency: row.currency,
  amount: row.amount,
  occurredAt: row.occurred_at,
  state: row.state,
})

const groupById = <Row extends { readonly certificate_id: string }>(
  rows: readonly Row[],
): Map<string, Row[]> => {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(row.certificate_id)
    if (group) group.push(row)
    else groups.set(row.certificate_id, [row])
  }
  return groups
}

/** A content read back, and the short digests of its rows and items as they were issued, by position. */
export interface StoredContent {
  readonly content: CertificateContent
  readonly rowDigests: ReadonlyMap<number, string | null>
  readonly itemDigests: ReadonlyMap<number, string | null>
}

const digestsOf = (rows: readonly { readonly position?: number; readonly digest?: string | null }[]) =>
  new Map(rows.map(({ position, digest }) => [position ?? 0, digest ?? null]))

/** Contents of stored certificates by id, read back from the rows that they name. */
export const readContents = async (
  db: Db,
  certificates: readonly StoredCertificate[],
): Promise<Map<string, StoredContent>> => {
  const ids = certificates.map(({ id }) => id)
  const rows = groupById(await db.rows<StoredRow & { certificate_id: string }>(listRows, [ids]))
  const items = groupById(await db.rows<StoredItem>(listOutstanding, [ids]))
  return new Map(
    certificates.map((stored) => [
      stored.id,
      {
        content: {
          key: {
            businessDate: stored.business_date,
            currency: stored.currency,
            balanceType: stored.balance_type,
          },
          opening: stored.opening,
          openingBasis: stored.opening_basis,
          rows: (rows.get(stored.id) ?? []).map(toCertificateRow),
          outstanding: (items.get(stored.id) ?? []).map(toItem),
          exceptions: stored.exceptions,
          ledgerNet: stored.ledger_net,
          currencyNet: stored.currency_net,
          tills: stored.tills,
        },
        rowDigests: digestsOf(rows.get(stored.id) ?? []),
        itemDigests: digestsOf(items.get(stored.id) ?? []),
      },
    ]),
  )
}
