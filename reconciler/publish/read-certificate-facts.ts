import { businessDateOf } from '#core/business-date.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import {
  byAccountAndObject,
  byTillAndCurrency,
  byTimeAndId,
  exceptionName,
  type CertificateContent,
  type OutstandingItem,
  type StatedException,
  type TillTotal,
} from '../domain/certificate.ts'
import { PAYMENTS } from '../scope.ts'
import { readOpenExceptions, toStated, type OpenException } from './read-open-exceptions.ts'
import { toCertificateRow, type StoredRow } from './stored-certificates.ts'

const listKeys = loadSql(import.meta.url, '../sql/certificate_keys_list.sql')
const listRows = loadSql(import.meta.url, '../sql/certificate_content_list_rows.sql')
const listOutstanding = loadSql(import.meta.url, '../sql/outstanding_list.sql')
const listLedgerNet = loadSql(import.meta.url, '../sql/ledger_net_by_date.sql')
const listTills = loadSql(import.meta.url, '../sql/till_totals_by_date.sql')

interface OutstandingRow {
  readonly key: string
  readonly account: string
  readonly stripe_object: string
  readonly currency: string
  readonly amount: bigint
  readonly occurred_at: Date
  readonly row_date: string | null
}

/** A currency and balance type with the first date that it has a certificate for. */
export interface Series {
  readonly currency: string
  readonly balanceType: string
  readonly firstDate: string
}

/** What a certificate opens with: what the one before closed with, or what was stated for the first one. */
export interface Opening {
  readonly amount: bigint
  readonly basis: 'carried' | 'first'
}

/** What certificates of some dates are made of, all but their openings. */
export interface CertificateFacts {
  readonly series: readonly Series[]
  contentOf(series: Series, date: string, opening: Opening): CertificateContent
}

const seriesKey = (currency: string, balanceType: string): string => JSON.stringify([currency, balanceType])

/** Every series that ever had rows, and the account's own currency from the first date of any activity on. */
const readSeries = async (db: Db, currency: string, firstDate: string): Promise<Series[]> => {
  const rows = await db.rows<{ currency: string; balance_type: string; first_date: string }>(listKeys)
  const known = new Map<string, Series>([
    [seriesKey(currency, PAYMENTS), { currency, balanceType: PAYMENTS, firstDate }],
  ])
  for (const row of rows) {
    const key = seriesKey(row.currency, row.balance_type)
    const first = known.get(key)?.firstDate ?? row.first_date
    const earlier = first < row.first_date ? first : row.first_date
    known.set(key, { currency: row.currency, balanceType: row.balance_type, firstDate: earlier })
  }
  return [...known.values()].sort((one, other) =>
    seriesKey(one.currency, one.balanceType) < seriesKey(other.currency, other.balanceType) ? -1 : 1,
  )
}

export type DatedNet = { readonly business_date: string; readonly currency: string; readonly net: bigint }
type DatedTill = TillTotal & { readonly business_date: string }

/** What our own postings gave `stripe:balance` on each of `dates`, by currency. */
export const readLedgerNets = async (db: Db, dates: readonly string[]): Promise<DatedNet[]> =>
  db.rows<DatedNet>(listLedgerNet, [dates])

/** Everything read at once, in one snapshot. */
interface Read {
  readonly zone: string
  readonly rowsOn: ReadonlyMap<string, readonly StoredRow[]>
  readonly waiting: readonly OutstandingRow[]
  readonly nets: readonly DatedNet[]
  readonly tills: readonly DatedTill[]
  readonly open: readonly OpenException[]
  readonly openObjects: ReadonlySet<string>
  /**
   * The currency on whose certificate of a date money of ours stands: its own when Stripe settled in it by then, else the
   * account's. So nothing of ours stands on no certificate.
   */
  readonly homeOf: (currency: string, date: string) => string
}

/** What an exception is about; one of another currency also about the charge that it leaves uncleared. */
const objectsOf = ({ category, object, details }: OpenException): string[] =>
  category === 'currency_mismatch' && details['source'] !== undefined ? [object, details['source']] : [object]

const groupByDate = (rows: readonly StoredRow[]): Map<string, StoredRow[]> => {
  const groups = new Map<string, StoredRow[]>()
  for (const row of rows) {
    const day = groups.get(row.business_date)
    if (day) day.push(row)
    else groups.set(row.business_date, [row])
  }
  return groups
}

const outstandingAt = (read: Read, date: string, currency: string): OutstandingItem[] =>
  read.waiting
    .filter(
      (item) =>
        read.homeOf(item.currency, date) === currency &&
        businessDateOf(item.occurred_at, read.zone) <= date &&
        (item.row_date === null || item.row_date > date),
    )
    .map((item) => ({
      position: 0,
      account: item.account,
      object: item.stripe_object,
      movementKey: item.key,
      currency: item.currency,
      amount: item.amount,
      occurredAt: item.occurred_at,
      state: read.openObjects.has(item.stripe_object) ? ('exception' as const) : ('timing' as const),
    }))
    .sort(byAccountAndObject)

const exceptionsAt = (read: Read, series: Series, date: string): StatedException[] => {
  const rows = new Map((read.rowsOn.get(date) ?? []).map((row) => [row.id, row]))
  const isHere = (exception: OpenException): boolean => {
    const row = rows.get(exception.object)
    // An exception about a row stands where the row stands.
    if (row) return row.currency === series.currency && row.balance_type === series.balanceType
    return series.balanceType === PAYMENTS && read.homeOf(exception.currency, date) === series.currency
  }
  return read.open
    .filter((exception) => exception.business_date === date && isHere(exception))
    .map(toStated)
    .sort((one, other) => (exceptionName(one) < exceptionName(other) ? -1 : 1))
}

const tillsAt = (read: Read, date: string, currency: string): TillTotal[] =>
  read.tills
    .filter((till) => till.business_date === date && read.homeOf(till.currency, date) === currency)
    .map(({ till, currency: own, card, refunds, cash, checks }) => ({
      till,
      currency: own,
      card,
      ...(refunds === undefined ? {} : { refunds }),
      cash,
      ...(checks === undefined ? {} : { checks }),
    }))
    .sort(byTillAndCurrency)

const numbered = <T>(items: readonly T[]): (T & { readonly position: number })[] =>
  items.map((item, at) => ({ ...item, position: at + 1 }))

const contentAt = (read: Read, series: Series, date: string, opening: Opening): CertificateContent => {
  const { currency, balanceType } = series
  const day = (read.rowsOn.get(date) ?? []).filter((row) => row.currency === currency)
  const isMain = balanceType === PAYMENTS
  const net = read.nets.find((row) => row.business_date === date && row.currency === currency)?.net ?? 0n
  return {
    key: { businessDate: date, currency, balanceType },
    opening: opening.amount,
    openingBasis: opening.basis,
    rows: numbered(
      day
        .filter((row) => row.balance_type === balanceType)
        .map(toCertificateRow)
        .sort(byTimeAndId),
    ),
    outstanding: numbered(isMain ? outstandingAt(read, date, currency) : []),
    exceptions: exceptionsAt(read, series, date),
    ledgerNet: net,
    currencyNet: day.reduce((sum, row) => sum + row.net, 0n),
    tills: isMain ? tillsAt(read, date, currency) : [],
  }
}

/**
 * What the certificates of `dates` (in order, at least one) state, read in the caller's snapshot. `besides` are series to
 * certify although no row was ever seen of their currency.
 */
export const readCertificateFacts = async (
  db: Db,
  account: { readonly zone: string; readonly currency: string },
  dates: readonly string[],
  firstDate: string,
  besides: readonly Series[],
): Promise<CertificateFacts> => {
  const known = await readSeries(db, account.currency, firstDate)
  const since = new Map(
    known
      .filter(({ balanceType }) => balanceType === PAYMENTS)
      .map((one) => [one.currency, one.firstDate] as const),
  )
  const isSettledBy = (currency: string, date: string) => (since.get(currency) ?? '9999') <= date
  const places = new Set(known.map(({ currency, balanceType }) => seriesKey(currency, balanceType)))
  const others = besides.filter((one) => !places.has(seriesKey(one.currency, one.balanceType)))
  const series = [
    ...known,
    ...new Map(others.map((one) => [seriesKey(one.currency, one.balanceType), one])).values(),
  ]
  const open = await readOpenExceptions(db)
  const read: Read = {
    zone: account.zone,
    rowsOn: groupByDate(await db.rows<StoredRow>(listRows, [dates])),
    waiting: await db.rows<OutstandingRow>(listOutstanding, [dates[0], dates.at(-1), account.zone]),
    nets: await readLedgerNets(db, dates),
    tills: await db.rows<DatedTill>(listTills, [dates]),
    open,
    openObjects: new Set(open.flatMap(objectsOf)),
    homeOf: (currency, date) => (isSettledBy(currency, date) ? currency : account.currency),
  }
  return { series, contentOf: (one, date, opening) => contentAt(read, one, date, opening) }
}
