import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { rateUnitsOf, type RateUnits } from '../domain/exchange.ts'

const listLatest = loadSql(import.meta.url, '../sql/exchanges_list_latest.sql')

/** Enough that a few rows which are themselves wrong do not outvote the others. */
const LOOKED_AT = 200

interface ExchangeRow {
  readonly charged: bigint
  readonly charged_in: string
  readonly settled: bigint
  readonly settled_in: string
  readonly rate: string
}

/** In which units Stripe states its rates to this account, by the newest rows that it exchanged; undefined when none tells. */
export const readRateUnits = async (db: Db): Promise<RateUnits | undefined> => {
  const rows = await db.rows<ExchangeRow>(listLatest, [LOOKED_AT])
  return rateUnitsOf(
    rows.map(({ charged_in: chargedIn, settled_in: settledIn, ...row }) => ({
      ...row,
      chargedIn,
      settledIn,
    })),
  )
}
