import { addDays, businessDateOf, endOfBusinessDate, startOfBusinessDate } from '#core/business-date.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const readRange = loadSql(import.meta.url, 'sql/certified_range.sql')
const listUncertified = loadSql(import.meta.url, 'sql/uncertified_dates_list.sql')

/** More dates than this are counted, not named. */
export const NAMED_MAX = 10

/** The first and last certified business date, of the Stripe account's zone; nulls before the first certificate. */
export interface Certified {
  readonly first: string | null
  readonly last: string | null
}

/** Dates that a report covers and no certificate does: the first of them by name, and how many there are. */
export interface Uncertified {
  readonly dates: readonly string[]
  readonly count: number
}

export const NOT_ONE: Uncertified = { dates: [], count: 0 }

/** From when to when there were certificates at `asOf`. */
export const readCertified = async (db: Db, asOf: Date): Promise<Certified> =>
  (await db.first<Certified>(readRange, [asOf])) ?? { first: null, last: null }

/** The last date of `zone` whose end is certified: by a zone west of the account's, the certified date is not over yet. */
export const lastWholeDate = (last: string, zone: string, accountZone: string): string =>
  addDays(businessDateOf(endOfBusinessDate(last, accountZone), zone), -1)

/** The account's date of a range's last instant; the range ends with the date `to` of `zone`. */
export const lastDateReached = (to: string, zone: string, accountZone: string): string =>
  businessDateOf(new Date(endOfBusinessDate(to, zone).getTime() - 1), accountZone)

/**
 * The account's dates without a certificate that the dates `from` to `to` of `zone` reach, as of `asOf`. Before the first
 * certificate nothing happened: the first run of a shop begins with its first date.
 */
export const readUncertified = async (
  db: Db,
  range: { readonly from: string | null; readonly to: string; readonly zone: string; readonly asOf: Date },
  { first }: Certified,
  accountZone: string,
): Promise<Uncertified> => {
  const last = lastDateReached(range.to, range.zone, accountZone)
  const start =
    range.from === null ? null : businessDateOf(startOfBusinessDate(range.from, range.zone), accountZone)
  const from =
    [start, first]
      .filter((date) => date !== null)
      .sort()
      .at(-1) ?? last
  const rows = await db.rows<{ date: string; total: number }>(listUncertified, [
    from,
    last,
    range.asOf,
    NAMED_MAX,
  ])
  return { dates: rows.map(({ date }) => date), count: rows[0]?.total ?? 0 }
}
