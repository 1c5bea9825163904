import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { newVersions, type MirrorRow } from '../domain/versions.ts'
import type { Pulled } from '../pull/pull.ts'
import { readCurrentRows, readRecheckedIds, readSiblings } from '../read-mirror.ts'
import type { Scope } from '../scope.ts'

const insertRows = loadSql(import.meta.url, '../sql/balance_transactions_insert.sql')

const toStored = (row: MirrorRow) => ({
  id: row.id,
  version: row.version,
  balance_type: row.balanceType,
  type: row.type,
  reporting_category: row.category,
  source: row.source,
  amount: row.amount.toString(),
  fee: row.fee.toString(),
  net: row.net.toString(),
  currency: row.currency,
  stripe_created: row.createdAt,
  business_date: row.businessDate,
  available_on: row.availableAt,
  description: row.description,
  exchange_rate: row.exchangeRate,
  gone: row.gone,
})

export interface Mirrored {
  /** Current rows that the run judges, without those that are gone: its own, and all others about the same things. */
  readonly rows: readonly MirrorRow[]
  /** Versions that this run added. */
  readonly added: readonly MirrorRow[]
  /** Current rows, gone or not, that the run looked at. */
  readonly looked: ReadonlySet<string>
  /** Dates whose content the added versions change. */
  readonly touchedDates: ReadonlySet<string>
}

/** Brings the mirror to what Stripe showed, by adding versions. */
export const mirrorRows = async (db: Db, scope: Scope, pulled: Pulled): Promise<Mirrored> => {
  const again = await readRecheckedIds(db, scope)
  const ids = [...pulled.rows.map(({ id }) => id), ...pulled.goneIds, ...again]
  const stored = await readCurrentRows(db, scope, ids)
  const known = new Map(stored.map((row) => [row.id, row]))
  const added = newVersions(known, pulled.rows, pulled.goneIds)
  if (added.length > 0) {
    await db.run(insertRows, [JSON.stringify(added.map(toStored)), scope.now, scope.run.id])
  }
  const own = new Map([...known, ...added.map((row) => [row.id, row] as const)])
  const sources = [...own.values()].map(({ source }) => source).filter((source) => source !== null)
  const siblings = await readSiblings(db, [...new Set(sources)], [...own.keys()])
  const current = new Map([...own, ...siblings.map((row) => [row.id, row] as const)])
  const before = added.map(({ id }) => known.get(id)?.businessDate).filter((date) => date !== undefined)
  return {
    rows: [...current.values()].filter(({ gone }) => !gone),
    added,
    looked: new Set(current.keys()),
    touchedDates: new Set([...before, ...added.map(({ businessDate }) => businessDate)]),
  }
}
