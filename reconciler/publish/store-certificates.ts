import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { FORMAT, itemDigest, rowDigest, type Sealed } from './seal.ts'

const insertCertificates = loadSql(import.meta.url, '../sql/certificates_insert.sql')
const insertRows = loadSql(import.meta.url, '../sql/certificate_rows_insert.sql')
const insertOutstanding = loadSql(import.meta.url, '../sql/certificate_outstanding_insert.sql')

const json = (value: unknown): string =>
  JSON.stringify(value, (_key, field: unknown) => (typeof field === 'bigint' ? field.toString() : field))

/** Stores certificates with their rows and outstanding items, in the caller's database transaction. */
export const storeCertificates = async (db: Db, sealed: readonly Sealed[]): Promise<void> => {
  const heads = sealed.map(({ content, seal, evidence, digest, evidenceDigest, snapshot }) => ({
    id: evidence.id,
    seq: seal.seq,
    business_date: content.key.businessDate,
    currency: content.key.currency,
    balance_type: content.key.balanceType,
    version: seal.version,
    opening: seal.opening,
    closing: seal.closing,
    totals: seal.totals,
    counts: seal.counts,
    exceptions: content.exceptions,
    open_exceptions: seal.openExceptions,
    clean: evidence.clean,
    changes: evidence.changes,
    stripe_snapshot: snapshot,
    ledger_net: content.ledgerNet,
    currency_net: content.currencyNet,
    tills: content.tills,
    content_digest: seal.contentDigest,
    previous_digest: seal.previousDigest,
    digest,
    issued_at: evidence.issuedAt,
    run_id: evidence.runId,
    format: FORMAT,
    opening_basis: content.openingBasis,
    previous_evidence_digest: evidence.previousEvidenceDigest,
    evidence_digest: evidenceDigest,
  }))
  const rows = sealed.flatMap(({ content, evidence }) =>
    content.rows.map((row) => ({
      certificate_id: evidence.id,
      position: row.position,
      balance_transaction_id: row.id,
      version: row.version,
      state: row.state,
      category: row.category,
      counterpart: row.counterpart,
      digest: rowDigest(row),
    })),
  )
  const items = sealed.flatMap(({ content, evidence }) =>
    content.outstanding.map((item) => ({
      certificate_id: evidence.id,
      position: item.position,
      account: item.account,
      object: item.object,
      movement_key: item.movementKey,
      currency: item.currency,
      amount: item.amount,
      occurred_at: item.occurredAt,
      state: item.state,
      digest: itemDigest(item),
    })),
  )
  await db.run(insertCertificates, [json(heads)])
  await db.run(insertRows, [json(rows)])
  await db.run(insertOutstanding, [json(items)])
}
