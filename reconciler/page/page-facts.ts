import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { CertificateContent } from '../domain/certificate.ts'
import type { Change } from '../domain/certificate-changes.ts'
import { readContents, type WholeCertificate } from '../publish/stored-certificates.ts'

const selectCertificate = loadSql(import.meta.url, '../sql/certificate_select.sql')
const selectPlace = loadSql(import.meta.url, '../sql/certificate_place.sql')

/** Total of a reporting category as it is stored: amounts are decimal text. */
export interface StoredTotal {
  readonly category: string
  readonly count: number
  readonly amount: string
  readonly fee: string
  readonly net: string
}

/** A stored certificate with its JSON read. */
export type CertificateRecord = WholeCertificate & {
  readonly totals: readonly StoredTotal[]
  readonly counts: Readonly<Record<string, number>>
  readonly changes: readonly Change[]
}

/** Everything that a page of a certificate says. */
export interface PageFacts {
  readonly record: CertificateRecord
  readonly content: CertificateContent
  /** The newest version of the same date, currency and balance type. */
  readonly newestVersion: number
  readonly previousVersionId: string | null
  readonly chainLength: bigint
}

interface Place {
  readonly newest_version: number
  readonly previous_id: string | null
  readonly chain_length: bigint
}

/** A stored certificate, or undefined when there is none with that id. */
export const readCertificate = async (db: Db, id: string): Promise<CertificateRecord | undefined> =>
  db.first<CertificateRecord>(selectCertificate, [id])

/** Reads a certificate for its page. Throws `not_found`. */
export const readPageFacts = async (db: Db, id: string): Promise<PageFacts> => {
  const record = await readCertificate(db, id)
  const stored = record && (await readContents(db, [record])).get(id)
  const place = await db.first<Place>(selectPlace, [id])
  if (!record || !stored || !place) throw new TillwatchError('not_found')
  return {
    record,
    content: stored.content,
    newestVersion: place.newest_version,
    previousVersionId: place.previous_id,
    chainLength: place.chain_length,
  }
}
