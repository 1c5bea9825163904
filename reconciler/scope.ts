import { addDays, businessDateOf, endOfBusinessDate, startOfBusinessDate } from '#core/business-date.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { FullReport } from './full/report-full.ts'

const firstActivity = loadSql(import.meta.url, 'sql/activity_first_date.sql')
const lastCertified = loadSql(import.meta.url, 'sql/certificates_last_date.sql')
const firstGap = loadSql(import.meta.url, 'sql/certificates_first_gap.sql')

export const RUN_KINDS = ['nightly', 'manual', 'continuous', 'full'] as const
export type RunKind = (typeof RUN_KINDS)[number]

/** A run as the worker claimed it. A full one compares all time and looks at what differs (architecture §5). */
export interface Run {
  readonly id: string
  readonly kind: RunKind
  readonly from: string
  readonly to: string
  readonly dryRun: boolean
}

/** What a run looks at although it is of no date of its own: balance transactions, and objects of movements or payouts. */
export interface Besides {
  readonly rowIds: readonly string[]
  readonly objects: readonly string[]
}

export const NOTHING_BESIDES: Besides = { rowIds: [], objects: [] }

/** What a run looks at. Dates are business dates in the account's zone, both ends included. */
export interface Scope {
  readonly run: Run
  /** The run's own first date, or an earlier one that has no certificate yet: a chain has no holes. */
  readonly from: string
  readonly to: string
  /** First date of any sale, entry or balance transaction; null in an empty shop. */
  readonly firstDate: string | null
  readonly lastFinished: string
  /** The date at whose end Stripe's balance is compared; null when this run does not read it. */
  readonly balanceDate: string | null
  readonly startAt: Date
  /** The end of `to`, or of time when that date is not finished. */
  readonly endAt: Date | null
  readonly zone: string
  readonly now: Date
  readonly besides: Besides
  /** What the comparison of a full run has found; its summary carries it. */
  readonly full?: FullReport
}

/** The balance type that every shop has from its first date on. */
export const PAYMENTS = 'payments'

/** First date of any activity and last date with a nightly run. */
export const readActivity = async (
  db: Db,
): Promise<{ readonly first_date: string | null; readonly last_nightly: string | null }> =>
  (await db.first<{ first_date: string | null; last_nightly: string | null }>(firstActivity)) ?? {
    first_date: null,
    last_nightly: null,
  }

/** Nights that are done late read Stripe's balance too, with every row since; of older dates it would be too many rows. */
const CATCH_UP_DAYS = 7

/**
 * The last finished date of a run when Stripe's balance can be compared at its end (architecture §5: it is read at some time
 * after). Of a night that is caught up it is, since nothing after it is certified; of an old date that is looked at again it is
 * not: what it said then stands.
 */
const balanceDateOf = (
  from: string,
  to: string,
  lastFinished: string,
  certified: string | null,
): string | null => {
  const last = to < lastFinished ? to : lastFinished
  if (from > last) return null
  const isNewest = certified === null || last >= certified
  const isNear = addDays(last, CATCH_UP_DAYS) >= lastFinished
  return last === lastFinished || (isNewest && isNear) ? last : null
}

/** What `run` must look at now. */
export const readScope = async (
  deps: Pick<Deps, 'db' | 'env' | 'shop'>,
  run: Run,
  besides: Besides = NOTHING_BESIDES,
): Promise<Scope> => {
  const { zone, currency } = deps.shop.account
  const now = deps.env.clock.now()
  const { first_date } = await readActivity(deps.db)
  const today = businessDateOf(now, zone)
  const lastFinished = addDays(today, -1)
  const gap =
    first_date === null || first_date >= run.from
      ? undefined
      : await deps.db.first<{ gap: string | null }>(firstGap, [first_date, run.from, currency, PAYMENTS])
  const from = gap?.gap ?? run.from
  const certified = await readLastCertificate(deps.db)
  return {
    run,
    from,
    to: run.to,
    firstDate: first_date,
    lastFinished,
    balanceDate: balanceDateOf(from, run.to, lastFinished, certified),
    startAt: startOfBusinessDate(from, zone),
    endAt: run.to < today ? endOfBusinessDate(run.to, zone) : null,
    zone,
    now,
    besides,
  }
}

/**
 * What a look between two nights may say: rows and objects that are named, and no first certificate of any date. Its own date
 * range holds no row; the last finished date is the last one that a certificate has.
 */
export const readLookScope = async (
  deps: Pick<Deps, 'db' | 'env' | 'shop'>,
  id: string,
  besides: Besides,
): Promise<Scope> => {
  const { zone } = deps.shop.account
  const now = deps.env.clock.now()
  const today = businessDateOf(now, zone)
  return {
    run: { id, kind: 'continuous', from: today, to: today, dryRun: false },
    from: addDays(today, 1),
    to: today,
    firstDate: (await readActivity(deps.db)).first_date,
    lastFinished: await readLastCertified(deps.db, today),
    balanceDate: null,
    startAt: endOfBusinessDate(today, zone),
    endAt: null,
    zone,
    now,
    besides,
  }
}

/** The last date that has a certificate; null when there is none at all. */
export const readLastCertificate = async (db: Db): Promise<string | null> =>
  (await db.first<{ last: string | null }>(lastCertified))?.last ?? null

/** The same, and the one before yesterday when there is none at all. */
export const readLastCertified = async (db: Db, today: string): Promise<string> =>
  (await readLastCertificate(db)) ?? addDays(today, -2)
