import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { newVersions, type MirrorRow } from '../domain/versions.ts'
import type { Pulled } from '../pull/pull.ts'
import type { Scope } from '../scope.ts'

const listCurrent = loadSql(import.meta.url, '../sql/balance_transactions_list_current.sql')
const listExceptions = loadSql(import.meta.url, '../sql/balance_transactions_list_exceptions.sql')
const insertRows = loadSql(import.meta.url, '../sql/balance_transactions_insert.sql')

interface StoredRow {
  readonly id: string
  readonly version: number
  readonly balance_type: string
  readonly type: string
  readonly reporting_category: string
  readonly source: string | null
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
  readonly currency: string
  readonly stripe_created: Date
  readonly business_date: string
  readonly available_on: Date
  readonly description: string | null
  readonly exchange_rate: string | null
  readonly gone: boolean
}

const fromStored = (row: StoredRow): MirrorRow => ({
  id: row.id,
  version: row.version,
  balanceType: row.balance_type,
  type: row.type,
  category: row.reporting_category,
  source: row.source,
  amount: row.amount,
  fee: row.fee,
  net: row.net,
  currency: row.currency,
  createdAt: row.stripe_created,
  businessDate: row.business_date,
  availableAt: row.available_on,
  description: row.description,
  exchangeRate: row.exchange_rate,
  gone: row.gone,
})

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
  /** Current rows that the run judges, without those that are gone. */
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
  const again =
    scope.run.kind === 'nightly' ? await db.rows<{ id: string }>(listExceptions, [scope.to]) : []
  const ids = [...pulled.rows.map(({ id }) => id), ...pulled.goneIds, ...again.map(({ id }) => id)]
  const stored = await db.rows<StoredRow>(listCurrent, [scope.from, scope.to, ids])
  const known = new Map(stored.map((row) => [row.id, fromStored(row)]))
  const added = newVersions(known, pulled.rows, pulled.goneIds)
  if (added.length > 0) {
    await db.run(insertRows, [JSON.stringify(added.map(toStored)), scope.now, scope.run.id])
  }
  const current = new Map([...known, ...added.map((row) => [row.id, row] as const)])
  const before = added.map(({ id }) => known.get(id)?.businessDate).filter((date) => date !== undefined)
  return {
    rows: [...current.values()].filter(({ gone }) => !gone),
    added,
    looked: new Set(current.keys()),
    touchedDates: new Set([...before, ...added.map(({ businessDate }) => businessDate)]),
  }
}
