import { canonicalText } from './canonical.ts'

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
  readonly counterpart: string | null
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

/** What a till took on the date, by the ledger. */
export interface TillTotal {
  readonly till: string
  readonly currency: string
  readonly card: bigint
  readonly cash: bigint
}

/** Stripe's own balance, read when the date was the last finished one. */
export interface StripeSnapshot {
  readonly readAt: Date
  readonly available: bigint
  readonly pending: bigint
  readonly netSince: bigint
  readonly agrees: boolean
}

/** Everything that a certificate states. A new version is issued exactly when this changes. */
export interface CertificateContent {
  readonly key: CertificateKey
  readonly opening: bigint
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

/** How many rows were matched, explained, or are exceptions, and how many movements are outstanding. */
export const countsOf = ({
  rows,
  outstanding,
}: Pick<CertificateContent, 'rows' | 'outstanding'>): Readonly<Record<string, number>> => ({
  rows: rows.length,
  matched: rows.filter(({ state }) => state === 'matched').length,
  explained: rows.filter(({ state }) => state === 'explained').length,
  exception: rows.filter(({ state }) => state === 'exception').length,
  outstanding: outstanding.length,
})

/** Clean: no open exception of the date, and every leg that was read agrees. */
export const isClean = (content: CertificateContent, snapshot: StripeSnapshot | null): boolean =>
  content.exceptions.length === 0 &&
  content.rows.every(({ state }) => state !== 'exception') &&
  content.ledgerNet === content.currencyNet &&
  (snapshot === null || snapshot.agrees)

const rowFields = (row: CertificateRow): unknown[] => [
  row.id,
  row.version,
  row.balanceType,
  row.businessDate,
  row.type,
  row.reportingCategory,
  row.amount,
  row.fee,
  row.net,
  row.currency,
  row.createdAt,
  row.availableAt,
  row.description,
  row.exchangeRate,
  row.gone,
  row.firstSeenAt,
  row.seenRunId,
  row.source,
  row.state,
  row.category,
  row.counterpart,
]

const outstandingFields = (item: OutstandingItem): unknown[] => [
  item.account,
  item.object,
  item.movementKey,
  item.currency,
  item.amount,
  item.occurredAt,
  item.state,
]

/** The text whose digest tells whether a date's content changed. */
export const contentText = (content: CertificateContent): string =>
  canonicalText([
    content.key,
    content.opening,
    closingOf(content),
    content.rows.map((row) => [row.position, rowFields(row)]),
    content.outstanding.map((item) => [item.position, outstandingFields(item)]),
    content.exceptions,
    content.ledgerNet,
    content.currencyNet,
    content.tills,
  ])

/** What the chain adds to the content. */
export interface Seal {
  readonly seq: bigint
  readonly id: string
  readonly version: number
  readonly opening: bigint
  readonly closing: bigint
  readonly totals: unknown
  readonly counts: unknown
  readonly openExceptions: number
  readonly clean: boolean
  readonly changes: unknown
  readonly snapshot: unknown
  readonly issuedAt: Date
  readonly runId: string
  readonly contentDigest: string
  readonly previousDigest: string
}

/** The text whose digest is the certificate's link in the chain. */
export const sealText = (key: CertificateKey, seal: Seal): string =>
  canonicalText([
    'tillwatch certificate 1',
    key,
    seal.seq,
    seal.id,
    seal.version,
    seal.opening,
    seal.closing,
    seal.totals,
    seal.counts,
    seal.openExceptions,
    seal.clean,
    seal.changes,
    seal.snapshot,
    seal.issuedAt,
    seal.runId,
    seal.contentDigest,
    seal.previousDigest,
  ])

/** One difference between two versions of a certificate. */
export interface Change {
  readonly what: 'row' | 'outstanding' | 'exception' | 'opening' | 'ledger' | 'snapshot'
  readonly id: string
  readonly change: 'appeared' | 'vanished' | 'changed'
}

const compare = (
  what: Change['what'],
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Change[] => [
  ...[...after].filter(([id]) => !before.has(id)).map(([id]) => ({ what, id, change: 'appeared' as const })),
  ...[...before].filter(([id]) => !after.has(id)).map(([id]) => ({ what, id, change: 'vanished' as const })),
  ...[...after]
    .filter(([id, text]) => before.has(id) && before.get(id) !== text)
    .map(([id]) => ({ what, id, change: 'changed' as const })),
]

const rowTexts = (content: CertificateContent) =>
  new Map(content.rows.map((row) => [row.id, canonicalText(rowFields(row))]))
const outstandingTexts = (content: CertificateContent) =>
  new Map(content.outstanding.map((item) => [item.movementKey, canonicalText(outstandingFields(item))]))
const exceptionTexts = (content: CertificateContent) =>
  new Map(content.exceptions.map((stated) => [exceptionName(stated), canonicalText(stated)]))

const figure = (what: 'opening' | 'ledger', before: unknown, after: unknown): Change[] =>
  canonicalText(before) === canonicalText(after)
    ? []
    : [{ what, id: `${canonicalText(before)} -> ${canonicalText(after)}`, change: 'changed' }]

/** What a version changes against the one before it, its snapshot's verdict too; empty for the first version. */
export const changesOfVersion = (
  before: { readonly content: CertificateContent; readonly agreed: boolean } | undefined,
  content: CertificateContent,
  snapshot: Pick<StripeSnapshot, 'agrees'> | null,
): Change[] => {
  if (before === undefined) return []
  const changes = changesBetween(before.content, content)
  return snapshot !== null && snapshot.agrees !== before.agreed
    ? [...changes, { what: 'snapshot', id: content.key.currency, change: 'changed' }]
    : changes
}

/** What the new version changes, named one by one. Empty for equal contents. */
export const changesBetween = (before: CertificateContent, after: CertificateContent): Change[] => [
  ...compare('row', rowTexts(before), rowTexts(after)),
  ...compare('outstanding', outstandingTexts(before), outstandingTexts(after)),
  ...compare('exception', exceptionTexts(before), exceptionTexts(after)),
  ...figure('opening', before.opening, after.opening),
  ...figure('ledger', [before.ledgerNet, before.tills], [after.ledgerNet, after.tills]),
]
