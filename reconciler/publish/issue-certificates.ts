import { addDays, datesBetween } from '#core/business-date.ts'
import type { Env } from '#core/env.ts'
import { newId } from '#core/ids.ts'
import { appendEvent } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Shop } from '#core/shop.ts'
import { closingOf, type CertificateContent, type StripeSnapshot } from '../domain/certificate.ts'
import { changesOfVersion, type Change } from '../domain/certificate-changes.ts'
import { netSince, type BalanceRead } from '../pull/pull-rows.ts'
import { PAYMENTS, type Scope } from '../scope.ts'
import { readCertificateFacts, type CertificateFacts, type Series } from './read-certificate-facts.ts'
import { postOpenings, type Openings } from './post-openings.ts'
import { contentDigest, EVIDENCE_GENESIS, FORMAT, GENESIS, sealContent, type Sealed } from './seal.ts'
import { storeCertificates } from './store-certificates.ts'
import { readContents, type StoredCertificate, type StoredContent } from './stored-certificates.ts'

/** The newest version of every certificate since a date. */
export const listLatest = loadSql(import.meta.url, '../sql/certificates_list_latest.sql')
const listDatesAfter = loadSql(import.meta.url, '../sql/certificates_list_dates_after.sql')
const listLateDates = loadSql(import.meta.url, '../sql/journal_entries_list_late_dates.sql')
const readHead = loadSql(import.meta.url, '../sql/chain_head.sql')

/** What changed in this run, by the dates it belongs to. */
export interface Touched {
  /** Dates whose rows changed: their closing, and every later opening, may be another. */
  readonly rows: ReadonlySet<string>
  /** Dates whose pairing or exceptions changed; their money stands. */
  readonly others: ReadonlySet<string>
  /** Dates of movements that were answered, became exceptions or ceased to be: each stood on every date since. */
  readonly movements: ReadonlySet<string>
}

/** A certificate as it stands after the run: issued now or before. */
export interface StandingCertificate {
  readonly id: string
  readonly date: string
  readonly clean: boolean
}

export interface Issued {
  readonly sealed: readonly Sealed[]
  readonly standing: readonly StandingCertificate[]
}

const placeOf = (date: string, currency: string, balanceType: string): string =>
  JSON.stringify([date, currency, balanceType])

const earliestOf = (dates: Iterable<string>): string | undefined => [...dates].sort()[0]

/**
 * The finished dates to look at: those of the run, the dates from the first changed row on, certified or not (every opening
 * after it may be another), and certified ones that its other findings or entries recorded late reach.
 */
const datesToIssue = async (db: Db, scope: Scope, firstDate: string, touched: Touched): Promise<string[]> => {
  const to = scope.to < scope.lastFinished ? scope.to : scope.lastFinished
  const firstRow = earliestOf(touched.rows)
  const start = firstRow !== undefined && firstRow < scope.from ? firstRow : scope.from
  const from = start < firstDate ? firstDate : start
  const late = await db.rows<{ date: string }>(listLateDates, [scope.lastFinished])
  const firstChanged = earliestOf([...touched.rows, ...touched.movements, ...late.map(({ date }) => date)])
  const earliest = earliestOf([to, ...touched.others, ...(firstChanged === undefined ? [] : [firstChanged])])
  const certified = await db.rows<{ date: string }>(listDatesAfter, [earliest])
  const reached = certified
    .map(({ date }) => date)
    .filter((date) => touched.others.has(date) || (firstChanged !== undefined && date >= firstChanged))
  return [...new Set([...datesBetween(from, to), ...reached])].sort()
}

/**
 * Currencies in which Stripe holds money, and those that held some at go-live; one without any row is a certificate that does
 * not agree, never silence.
 */
const seriesOf = (
  scope: Scope,
  firstDate: string,
  balance: BalanceRead | null,
  openings: Openings,
): Series[] => [
  ...[...openings].map(([place]) => {
    const [currency, balanceType] = JSON.parse(place) as [string, string]
    return { currency, balanceType, firstDate }
  }),
  ...[...(balance?.currencies ?? [])]
    .filter(([, { available, pending }]) => available + pending !== 0n)
    .map(([currency]) => ({
      currency,
      balanceType: PAYMENTS,
      firstDate: scope.balanceDate ?? scope.lastFinished,
    })),
]

/** Stripe's balance of the certificate's own type; undefined when Stripe shows none of that type. */
const balanceOf = (balance: BalanceRead, { currency, balanceType }: CertificateContent['key']) =>
  balanceType === PAYMENTS
    ? (balance.currencies.get(currency) ?? { available: 0n, pending: 0n })
    : balance.otherTypes.get(JSON.stringify([currency, balanceType]))

/** What Stripe's balance says of a date whose rows, and all since, this run listed; null of any other. */
const readSnapshot = (
  scope: Scope,
  balance: BalanceRead | null,
  content: CertificateContent,
): StripeSnapshot | null => {
  const { businessDate, currency, balanceType } = content.key
  if (balance === null || businessDate < scope.from || businessDate > (scope.balanceDate ?? '')) return null
  const found = balanceOf(balance, content.key)
  if (!found) return null
  const { available, pending } = found
  const since = netSince(balance, businessDate, currency, balanceType)
  const besides = balanceType === PAYMENTS ? balance.besides.get(currency) : undefined
  return {
    readAt: balance.readAt,
    available,
    pending,
    netSince: since,
    agrees: available + pending === closingOf(content) + since,
    ...(besides ? { besides } : {}),
  }
}

/**
 * What a certificate states of Stripe's balance. While the closing stands, what was read before is not lost by a run that did
 * not read; and that it agreed once is not undone by what the balance does on later dates: they say so themselves.
 */
const snapshotFor = (
  scope: Scope,
  balance: BalanceRead | null,
  content: CertificateContent,
  latest: StoredCertificate | undefined,
): StripeSnapshot | null => {
  const now = readSnapshot(scope, balance, content)
  const before = latest?.closing === closingOf(content) ? latest.stripe_snapshot : null
  const stands = before?.agrees === true && content.key.businessDate !== scope.balanceDate
  return now === null || stands ? before : now
}

/** A snapshot is no content: it alone makes a new version only when it says otherwise than the one before. */
const isNews = (
  content: CertificateContent,
  snapshot: StripeSnapshot | null,
  latest: StoredCertificate | undefined,
): boolean =>
  latest === undefined ||
  latest.format !== FORMAT ||
  latest.content_digest !== contentDigest(content) ||
  (snapshot !== null && snapshot.agrees !== (latest.stripe_snapshot?.agrees ?? true))

interface Draft {
  readonly content: CertificateContent
  readonly snapshot: StripeSnapshot | null
  readonly latest: (StoredCertificate & { readonly clean: boolean }) | undefined
}

type Latest = ReadonlyMap<string, StoredCertificate & { readonly clean: boolean }>

/** Contents in date order, each opening with the closing before it. */
const draft = (
  scope: Scope,
  balance: BalanceRead | null,
  facts: CertificateFacts,
  dates: readonly string[],
  latest: Latest,
  openings: Openings,
): Draft[] => {
  const closings = new Map([...latest].map(([place, { closing }]) => [place, closing]))
  const drafts: Draft[] = []
  for (const date of dates) {
    for (const series of facts.series.filter(({ firstDate }) => firstDate <= date)) {
      const { currency, balanceType } = series
      const before = closings.get(placeOf(addDays(date, -1), currency, balanceType))
      const stated = openings.get(JSON.stringify([currency, balanceType])) ?? 0n
      const content = facts.contentOf(
        series,
        date,
        before === undefined ? { amount: stated, basis: 'first' } : { amount: before, basis: 'carried' },
      )
      const place = placeOf(date, currency, balanceType)
      closings.set(place, closingOf(content))
      const old = latest.get(place)
      drafts.push({ content, snapshot: snapshotFor(scope, balance, content, old), latest: old })
    }
  }
  return drafts
}

const changesOf = (
  { content, snapshot, latest }: Draft,
  before: ReadonlyMap<string, StoredContent>,
): Change[] => {
  const old = latest && before.get(latest.id)
  if (!latest || !old) return []
  const agreed = latest.stripe_snapshot?.agrees ?? true
  return changesOfVersion({ content: old.content, agreed, format: latest.format }, content, snapshot)
}

const sealAll = async (env: Env, db: Db, scope: Scope, drafts: readonly Draft[]): Promise<Sealed[]> => {
  const head = await db.first<{ seq: bigint; digest: string; evidence_digest: string | null }>(readHead)
  const before = await readContents(
    db,
    drafts.map(({ latest }) => latest).filter((latest) => latest !== undefined),
  )
  const sealed: Sealed[] = []
  for (const one of drafts) {
    sealed.push(
      sealContent(one.content, {
        id: newId(env, 'certificate'),
        seq: (head?.seq ?? 0n) + BigInt(sealed.length) + 1n,
        version: (one.latest?.version ?? 0) + 1,
        previousDigest: sealed.at(-1)?.digest ?? head?.digest ?? GENESIS,
        previousEvidenceDigest: sealed.at(-1)?.evidenceDigest ?? head?.evidence_digest ?? EVIDENCE_GENESIS,
        issuedAt: scope.now,
        runId: scope.run.id,
        changes: changesOf(one, before),
        snapshot: one.snapshot,
      }),
    )
  }
  return sealed
}

const tell = async (env: Env, db: Db, scope: Scope, sealed: readonly Sealed[]): Promise<void> => {
  for (const { content, seal, evidence } of sealed) {
    await appendEvent(env, db, 'certificate.issued', scope.now, {
      currency: content.key.currency,
      amount_minor: seal.closing.toString(),
      status: evidence.clean ? 'clean' : 'exceptions',
    })
  }
}

const standingOf = (drafts: readonly Draft[], sealed: readonly Sealed[]): StandingCertificate[] => {
  const issued = new Map(
    sealed.map((one) => {
      const { businessDate, currency, balanceType } = one.content.key
      return [placeOf(businessDate, currency, balanceType), one]
    }),
  )
  return drafts.flatMap(({ content, latest }) => {
    const { businessDate: date, currency, balanceType } = content.key
    const now = issued.get(placeOf(date, currency, balanceType))
    if (now) return [{ id: now.evidence.id, date, clean: now.evidence.clean }]
    return latest ? [{ id: latest.id, date, clean: latest.clean }] : []
  })
}

/**
 * Issues the certificates of every finished date that the run reaches: the first one of a date, or a new version that names
 * what changed. Unchanged ones stay. Only the holder of the reconciler's lock may call it: the chain has no holes.
 */
export const issueCertificates = async (
  env: Env,
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'account' | 'opening_balances'>,
  balance: BalanceRead | null,
  firstDate: string | null,
  touched: Touched,
): Promise<Issued> => {
  if (firstDate === null) return { sealed: [], standing: [] }
  const openings = await postOpenings(env, db, scope, shop, firstDate)
  const dates = await datesToIssue(db, scope, firstDate, touched)
  if (dates.length === 0) return { sealed: [], standing: [] }
  const facts = await readCertificateFacts(
    db,
    shop.account,
    dates,
    firstDate,
    seriesOf(scope, firstDate, balance, openings),
  )
  const around = [...new Set(dates.flatMap((date) => [addDays(date, -1), date]))]
  const stored = await db.rows<StoredCertificate & { clean: boolean }>(listLatest, [around])
  const latest: Latest = new Map(
    stored.map((one) => [placeOf(one.business_date, one.currency, one.balance_type), one]),
  )
  const drafts = draft(scope, balance, facts, dates, latest, openings)
  const news = drafts.filter(({ content, snapshot, latest: old }) => isNews(content, snapshot, old))
  const sealed = await sealAll(env, db, scope, news)
  if (sealed.length > 0) {
    await storeCertificates(db, sealed)
    await tell(env, db, scope, sealed)
  }
  return { sealed, standing: standingOf(drafts, sealed) }
}
