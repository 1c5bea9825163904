import type { Env } from '#core/env.ts'
import { newId } from '#core/ids.ts'
import { appendEvent } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Finding } from '../domain/classify.ts'
import { isOverdue } from '../domain/due.ts'
import { severityOf } from '../domain/severity.ts'
import type { Shop } from '#core/shop.ts'
import type { Pulled } from '../pull/pull.ts'
import type { Scope } from '../scope.ts'
import type { Mirrored } from './mirror-rows.ts'
import type { Settled } from './settle-rows.ts'

const listKnown = loadSql(import.meta.url, '../sql/exceptions_list_open_or_named.sql')
const upsert = loadSql(import.meta.url, '../sql/exceptions_upsert.sql')
const touch = loadSql(import.meta.url, '../sql/exceptions_touch.sql')
const insertHistory = loadSql(import.meta.url, '../sql/exception_history_insert.sql')

interface Known {
  readonly id: string
  readonly category: string
  readonly object: string
  readonly status: 'open' | 'resolved'
  readonly currency: string
  readonly expected: bigint
  readonly actual: bigint
  readonly difference: bigint
  readonly business_date: string
  readonly payment_id: string | null
  readonly version: number
}

type Change = Omit<Known, 'status'> & {
  readonly status: 'open' | 'resolved'
  readonly change: 'opened' | 'changed' | 'resolved' | 'reopened'
  readonly details: Finding['details']
}

export interface StoredExceptions {
  readonly opened: number
  readonly healed: number
  readonly touchedDates: ReadonlySet<string>
  /** Dates of the changed ones that are movements or payouts: these stand as outstanding on the dates after, too. */
  readonly movementDates: ReadonlySet<string>
}

const keyOf = ({ category, object }: { readonly category: string; readonly object: string }): string =>
  JSON.stringify([category, object])

const MOVEMENT_CATEGORIES = new Set(['missing_in_stripe', 'clearing_overdue'])
const PAYOUT_CATEGORIES = new Set(['payout_mismatch', 'payout_overdue'])

/** Only what the run looked at may heal: an exception outside its scope says nothing by not being found. */
const mayHeal = (
  scope: Scope,
  shop: Pick<Shop, 'due'>,
  mirrored: Mirrored,
  pulled: Pulled,
  settled: Settled,
): ((known: Known) => boolean) => {
  const unasked = new Set(
    settled.open
      .filter(
        (movement) =>
          isOverdue(movement, shop.due, scope.now) &&
          (pulled.atStripe.get(movement.object) ?? 'unknown') === 'unknown',
      )
      .map(({ object }) => object),
  )
  const payouts = new Set([...pulled.payouts.map(({ id }) => id)])
  return (known) => {
    if (MOVEMENT_CATEGORIES.has(known.category))
      return known.business_date <= scope.to && !unasked.has(known.object)
    if (PAYOUT_CATEGORIES.has(known.category))
      return payouts.has(known.object) || pulled.atStripe.get(known.object) === 'absent'
    return mirrored.looked.has(known.object)
  }
}

const isSame = (known: Known, finding: Finding): boolean =>
  known.status === 'open' &&
  known.expected === finding.expected &&
  known.actual === finding.actual &&
  known.currency === finding.currency &&
  known.business_date === finding.businessDate

const toChange = (env: Env, finding: Finding, known: Known | undefined): Change => ({
  id: known?.id ?? newId(env, 'exception'),
  category: finding.category,
  object: finding.object,
  status: 'open',
  currency: finding.currency,
  expected: finding.expected,
  actual: finding.actual,
  difference: finding.actual - finding.expected,
  business_date: finding.businessDate,
  payment_id: finding.paymentId,
  version: (known?.version ?? 0) + 1,
  change: known === undefined ? 'opened' : known.status === 'resolved' ? 'reopened' : 'changed',
  details: finding.details,
})

const toJson = (changes: readonly Change[]): string =>
  JSON.stringify(
    changes.map((change) => ({ ...change, severity: severityOf(change.difference, change.currency) })),
    (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  )

const tell = async (env: Env, db: Db, scope: Scope, changes: readonly Change[]): Promise<void> => {
  for (const change of changes) {
    if (change.change === 'changed') continue
    const type = change.change === 'resolved' ? 'exception.resolved' : 'exception.opened'
    await appendEvent(env, db, type, scope.now, {
      payment_id: change.payment_id ?? '',
      currency: change.currency,
      amount_minor: change.difference.toString(),
      status: change.category,
      stripe_object: change.object,
    })
  }
}

/**
 * Opens what is new, reopens what came back, refreshes what still holds and heals what the run looked at and did not find.
 * One row per (category, object) for its whole life; each change adds a row of history and an event.
 */
export const storeExceptions = async (
  env: Env,
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'due'>,
  findings: readonly Finding[],
  seen: { readonly mirrored: Mirrored; readonly pulled: Pulled; readonly settled: Settled },
): Promise<StoredExceptions> => {
  const stored = await db.rows<Known>(listKnown, [
    findings.map(({ category }) => category),
    findings.map(({ object }) => object),
  ])
  const known = new Map(stored.map((row) => [keyOf(row), row]))
  const found = new Map(findings.map((finding) => [keyOf(finding), finding]))
  const isStanding = (finding: Finding) => {
    const before = known.get(keyOf(finding))
    return before !== undefined && isSame(before, finding)
  }
  const opened = [...found.values()]
    .filter((finding) => !isStanding(finding))
    .map((finding) => toChange(env, finding, known.get(keyOf(finding))))
  const heals = mayHeal(scope, shop, seen.mirrored, seen.pulled, seen.settled)
  const healed = stored
    .filter((row) => row.status === 'open' && !found.has(keyOf(row)) && heals(row))
    .map((row): Change => ({
      ...row,
      status: 'resolved',
      version: row.version + 1,
      change: 'resolved',
      details: {},
    }))
  const changes = [...opened, ...healed]
  const standing = [...found.values()].filter(isStanding).map((finding) => known.get(keyOf(finding))?.id)
  if (standing.length > 0) await db.run(touch, [standing, scope.run.id, scope.now])
  if (changes.length > 0) {
    await db.run(upsert, [toJson(changes), scope.run.id, scope.now])
    await db.run(insertHistory, [toJson(changes), scope.run.id, scope.now])
    await tell(env, db, scope, changes)
  }
  const datesOf = (some: readonly Change[]): Set<string> => {
    const before = some.map((change) => known.get(keyOf(change))?.business_date)
    const dates = [...some.map(({ business_date: date }) => date), ...before]
    return new Set(dates.filter((date) => date !== undefined))
  }
  const onMovements = changes.filter(
    ({ category }) => MOVEMENT_CATEGORIES.has(category) || PAYOUT_CATEGORIES.has(category),
  )
  return {
    opened: opened.filter(({ change }) => change !== 'changed').length,
    healed: healed.length,
    touchedDates: datesOf(changes),
    movementDates: datesOf(onMovements),
  }
}
