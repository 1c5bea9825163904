/** A balance transaction on a certificate: its place, the fields of its version, which never change, and its pairing. */
export interface CertificateRow {
  readonly position: number
  readonly id: string
  readonly version: number
  readonly balanceType: string
  readonly businessDate: string
  readonly type: string
  readonly reportingCategory: string
  readonly source: string | null
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
  readonly currency: string
  readonly createdAt: Date
  readonly availableAt: Date
  readonly description: string | null
  readonly exchangeRate: string | null
  readonly gone: boolean
  readonly firstSeenAt: Date
  /** The run that saw this version first. */
  readonly seenRunId: string
  readonly state: string
  readonly category: string | null
  /** Key of the movement that it answers: a journal entry, or a payout. */
  readonly counterpart: string | null
  /** The same movement by its clearing account and Stripe object, whatever our own ids are. */
  readonly counterpartAccount: string | null
  readonly counterpartObject: string | null
}

/** An open exception as a certificate states it. */
export interface StatedException {
  readonly id: string
  readonly category: string
  readonly object: string
  readonly currency: string
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly severity: string
  readonly paymentId: string | null
  readonly openedRunId: string
  readonly firstSeenAt: Date
  readonly details: Readonly<Record<string, string>>
}

/** The name of an exception for people: one per category and object. */
export const exceptionName = ({ category, object }: Pick<StatedException, 'category' | 'object'>): string =>
  `${category}:${object}`

/** A movement that no row created by the end of the date answers. */
export interface OutstandingItem {
  readonly position: number
  readonly account: string
  readonly object: string
  readonly movementKey: string
  readonly currency: string
  readonly amount: bigint
  readonly occurredAt: Date
  readonly state: 'timing' | 'exception'
}

export interface CategoryTotal {
  readonly category: string
  readonly count: number
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
}

/** Which certificate: one per date, currency and balance type. */
export interface CertificateKey {
  readonly businessDate: string
  readonly currency: string
  readonly balanceType: string
}

/** What a till took on the date, by the ledger. Card refunds and given-back cash are negative. */
export interface TillTotal {
  readonly till: string
  readonly currency: string
  readonly card: bigint
  readonly cash: bigint
  /** Not on certificates of format 1. */
  readonly refunds?: bigint
  readonly checks?: bigint
}

/** Stripe's own balance, read after the date's end together with every row since. */
export interface StripeSnapshot {
  readonly readAt: Date
  readonly available: bigint
  readonly pending: bigint
  readonly netSince: bigint
  readonly agrees: boolean
  /** What Stripe shows beside them and the rows of this balance type do not make up, by Stripe's name. */
  readonly besides?: Readonly<Record<string, bigint>>
}

/** Everything that a certificate states. A new version is issued exactly when this changes. */
export interface CertificateContent {
  readonly key: CertificateKey
  readonly opening: bigint
  /** `first`: nothing was certified before it, and the opening is what was stated at go-live. Null in format 1. */
  readonly openingBasis: 'carried' | 'first' | null
  readonly rows: readonly CertificateRow[]
  readonly outstanding: readonly OutstandingItem[]
  /** Open exceptions of this date, in the order of their names. */
  readonly exceptions: readonly StatedException[]
  /** Net that our own postings gave `stripe:balance` on this date, all balance types: a check of our postings only. */
  readonly ledgerNet: bigint
  /** Net of the date's rows of this currency in all balance types, which `ledgerNet` must equal. */
  readonly currencyNet: bigint
  readonly tills: readonly TillTotal[]
}

const sum = (values: readonly bigint[]): bigint => values.reduce((total, value) => total + value, 0n)

/** Opening plus the net of the date's rows. */
export const closingOf = (content: Pick<CertificateContent, 'opening' | 'rows'>): bigint =>
  content.opening + sum(content.rows.map(({ net }) => net))

/** Totals per reporting category in the order of their names. */
export const totalsOf = (rows: readonly CertificateRow[]): CategoryTotal[] => {
  const names = [...new Set(rows.map(({ reportingCategory }) => reportingCategory))].sort()
  return names.map((category) => {
    const own = rows.filter((row) => row.reportingCategory === category)
    return {
      category,
      count: own.length,
      amount: sum(own.map(({ amount }) => amount)),
      fee: sum(own.map(({ fee }) => fee)),
      net: sum(own.map(({ net }) => net)),
    }
  })
}

/** States of a row, in the order in which people read them; `adjusted` is what a person decided (docs/certificates.md). */
export const ROW_STATES = ['matched', 'explained', 'adjusted', 'exception'] as const

/** How many rows are in each state, and how many movements are outstanding. */
export const countsOf = ({
  rows,
  outstanding,
}: Pick<CertificateContent, 'rows' | 'outstanding'>): Readonly<Record<string, number>> => ({
  rows: rows.length,
  ...Object.fromEntries(ROW_STATES.map((state) => [state, rows.filter((row) => row.state === state).length])),
  outstanding: outstanding.length,
})

/** Clean: no open exception of the date, and every leg that was read agrees. What a person adjusted is no exception. */
export const isClean = (content: CertificateContent, snapshot: StripeSnapshot | null): boolean =>
  content.exceptions.length === 0 &&
  content.rows.every(({ state }) => state !== 'exception') &&
  content.ledgerNet === content.currencyNet &&
  (snapshot === null || snapshot.agrees)

/** One order of rows for every machine and collation: by time, then id. */
export const byTimeAndId = (
  one: Pick<CertificateRow, 'createdAt' | 'id'>,
  other: Pick<CertificateRow, 'createdAt' | 'id'>,
): number => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1)

/** One order of tills for every collation. */
export const byTillAndCurrency = (one: TillTotal, other: TillTotal): number =>
  JSON.stringify([one.till, one.currency]) < JSON.stringify([other.till, other.currency]) ? -1 : 1

const itemText = (
  item: Pick<OutstandingItem, 'account' | 'object' | 'currency' | 'amount' | 'movementKey'>,
) => JSON.stringify([item.account, item.object, item.currency, item.amount.toString(), item.movementKey])

/** One order of outstanding items, which does not ask our own ids first. */
export const byAccountAndObject = (one: OutstandingItem, other: OutstandingItem): number =>
  itemText(one) < itemText(other) ? -1 : 1
