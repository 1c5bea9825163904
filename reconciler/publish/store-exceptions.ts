import { startOfBusinessDate } from '#core/business-date.ts'
import type { Env } from '#core/env.ts'
import { newId } from '#core/ids.ts'
import { appendEvents } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Shop } from '#core/shop.ts'
import { insertHistory } from '../desk/insert-history.ts'
import { reverseAdjustments } from '../desk/reverse-adjustments.ts'
import { setPairingState } from '../desk/set-pairing-state.ts'
import type { Finding } from '../domain/classify.ts'
import { actBy, rate, SEVERITIES, type Severity } from '../domain/severity.ts'
import type { Scope } from '../scope.ts'
import { mayHeal, readOccurredAt, standsOnLaterDates, type Seen } from './may-heal.ts'

const listKnown = loadSql(import.meta.url, '../sql/exceptions_list_open_or_named.sql')
const upsert = loadSql(import.meta.url, '../sql/exceptions_upsert.sql')
const touch = loadSql(import.meta.url, '../sql/exceptions_touch.sql')
const clearUncertified = loadSql(import.meta.url, '../sql/exceptions_clear_uncertified.sql')
const expireApprovals = loadSql(import.meta.url, '../sql/exception_approvals_expire.sql')

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
  readonly severity: Severity
  readonly occurred_at: Date
  readonly due_at: Date
  readonly resolution: string | null
  readonly adjustment_entry: string | null
}

type Change = Omit<Known, 'resolution' | 'adjustment_entry'> & {
  readonly change: 'opened' | 'changed' | 'resolved' | 'reopened'
  readonly details: Finding['details']
  readonly next_rating_at: Date | null
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
  readonly why: string | null
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

const sameFigures = (known: Known, finding: Finding): boolean =>
  known.expected === finding.expected &&
  known.actual === finding.actual &&
  known.currency === finding.currency

const isByPerson = (known: Known): boolean => known.status === 'resolved' && known.resolution !== 'healed'

/** What a run finds standing as it was left: open with these figures, or resolved by a person with these figures. */
const stands = (known: Known | undefined, finding: Finding): boolean =>
  known !== undefined &&
  sameFigures(known, finding) &&
  (isByPerson(known) || (known.status === 'open' && known.business_date === finding.businessDate))

type Figures = Pick<Known, 'status' | 'currency' | 'expected' | 'actual' | 'business_date'> & {
  readonly resolution: string | null
}

const FIGURES = ['status', 'resolution', 'currency', 'expected', 'actual', 'business_date'] as const

/** Of two states, what differs, each side by field. */
const diff = (before: Figures | undefined, after: Figures) => {
  const names = FIGURES.filter((name) => before?.[name] !== after[name])
  const pick = (side: Figures) => Object.fromEntries(names.map((name) => [name, side[name]]))
  return { before: before ? pick(before) : {}, after: pick(after) }
}

interface Context {
  readonly env: Env
  readonly scope: Scope
  readonly shop: Pick<Shop, 'exceptions'>
  readonly occurredAt: (object: string) => Date | undefined
}

const rated = (
  { scope, shop }: Context,
  facts: { readonly difference: bigint; readonly currency: string; readonly occurredAt: Date },
  known: Known | undefined,
) => {
  const { severity, nextAt } = rate(facts, scope.now, shop.exceptions)
  // Only an exception that stays open and gets no better is held to what was promised before.
  const held =
    known?.status === 'open' && SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(known.severity)
      ? known.due_at
      : undefined
  return { severity, next_rating_at: nextAt, due_at: actBy(severity, scope.now, shop.exceptions, held) }
}

const whyReopened = (known: Known | undefined, finding: Finding): string | null => {
  if (known === undefined || !isByPerson(known)) return null
  return sameFigures(known, finding)
    ? 'What it was matched with has changed; the adjustment is taken back.'
    : 'Its figures are no longer those that a person resolved.'
}

const toOpen = (context: Context, finding: Finding, known: Known | undefined): Change => {
  const difference = finding.actual - finding.expected
  const { zone } = context.scope
  const occurredAt =
    context.occurredAt(finding.object) ??
    known?.occurred_at ??
    startOfBusinessDate(finding.businessDate, zone)
  const facts = {
    status: 'open' as const,
    currency: finding.currency,
    expected: finding.expected,
    actual: finding.actual,
    business_date: finding.businessDate,
  }
  return {
    ...facts,
    ...diff(known, { ...facts, resolution: null }),
    ...rated(context, { difference, currency: finding.currency, occurredAt }, known),
    id: known?.id ?? newId(context.env, 'exception'),
    category: finding.category,
    object: finding.object,
    difference,
    occurred_at: occurredAt,
    payment_id: finding.paymentId,
    version: (known?.version ?? 0) + 1,
    change: known === undefined ? 'opened' : known.status === 'resolved' ? 'reopened' : 'changed',
    details: finding.details,
    why: whyReopened(known, finding),
  }
}

/** An exception whose money a person moved, and which the run did not look at: it is open again as it was. */
const toOpenAsItWas = (context: Context, known: Known): Change => ({
  ...known,
  ...rated(context, { ...known, occurredAt: known.occurred_at }, undefined),
  ...diff(known, { ...known, status: 'open', resolution: null }),
  status: 'open',
  version: known.version + 1,
  change: 'reopened',
  details: {},
  why: 'What it was matched with has changed; the adjustment is taken back.',
})

const toHealed = (known: Known): Change => ({
  ...known,
  ...diff(known, { ...known, status: 'resolved', resolution: 'healed' }),
  status: 'resolved',
  version: known.version + 1,
  change: 'resolved',
  details: {},
  next_rating_at: null,
  why:
    known.adjustment_entry === null
      ? null
      : 'Both sides agree now, so the adjustment would itself be a difference; it is taken back.',
})

interface Plan {
  readonly opened: readonly Change[]
  readonly healed: readonly Change[]
  readonly standing: readonly string[]
  /** Adjustment entries that no longer stand on what they were booked for. */
  readonly undone: readonly string[]
}

/**
 * What the run's findings make of the known exceptions. A person's resolution stands while the figures do. When one side of
 * an adjustment changed or vanished, its entry is taken back and every other exception it had settled is open again.
 */
const planChanges = (
  context: Context,
  stored: readonly Known[],
  found: ReadonlyMap<string, Finding>,
  heals: (known: Known) => boolean,
): Plan => {
  const known = new Map(stored.map((row) => [keyOf(row), row]))
  const isVanished = (row: Known) => !found.has(keyOf(row)) && heals(row)
  const isBroken = (row: Known) => {
    const finding = found.get(keyOf(row))
    return finding ? !stands(row, finding) : isVanished(row)
  }
  const entryOf = (row: Known | undefined) => row?.adjustment_entry ?? null
  const undone = new Set(
    stored
      .filter(isBroken)
      .map(entryOf)
      .filter((entry) => entry !== null),
  )
  const isUndone = (row: Known | undefined) => undone.has(entryOf(row) ?? '')
  const isStanding = (finding: Finding) => {
    const before = known.get(keyOf(finding))
    return stands(before, finding) && !isUndone(before)
  }
  const findings = [...found.values()]
  const alongside = stored.filter((row) => isUndone(row) && !found.has(keyOf(row)) && !heals(row))
  return {
    opened: [
      ...findings.filter((f) => !isStanding(f)).map((f) => toOpen(context, f, known.get(keyOf(f)))),
      ...alongside.map((row) => toOpenAsItWas(context, row)),
    ],
    healed: stored
      .filter((row) => isVanished(row) && (row.status === 'open' || isUndone(row)))
      .map((row) => toHealed(row)),
    standing: findings.filter(isStanding).flatMap((finding) => known.get(keyOf(finding))?.id ?? []),
    undone: [...undone],
  }
}

const tell = async (env: Env, db: Db, scope: Scope, changes: readonly Change[]): Promise<void> => {
  const events = changes
    .filter(({ change }) => change !== 'changed')
    .map((change) => ({
      type: change.change === 'resolved' ? ('exception.resolved' as const) : ('exception.opened' as const),
      occurredAt: scope.now,
      body: {
        payment_id: change.payment_id ?? '',
        currency: change.currency,
        amount_minor: change.difference.toString(),
        status: change.category,
        stripe_object: change.object,
      },
    }))
  await appendEvents(env, db, events)
}

const store = async (env: Env, db: Db, scope: Scope, changes: readonly Change[]): Promise<void> => {
  if (changes.length === 0) return
  const json = JSON.stringify(changes, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  await db.run(upsert, [json, scope.run.id, scope.now])
  await insertHistory(db, changes, scope.now, { kind: 'run', runId: scope.run.id })
  const reopened = changes.filter(({ change }) => change === 'reopened')
  await setPairingState(
    db,
    reopened.map(({ object }) => object),
    'exception',
  )
  await db.run(expireApprovals, [changes.map(({ id }) => id), scope.now])
  await tell(env, db, scope, changes)
}

/**
 * Opens what is new, reopens what came back, refreshes what still holds and heals what the run looked at and did not find.
 * One row per (category, object) for its whole life; each change adds a row of history and an event. Dates whose exceptions
 * people resolved or reopened since the run before count as touched.
 */
export const storeExceptions = async (
  env: Env,
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'due' | 'exceptions'>,
  findings: readonly Finding[],
  seen: Seen,
): Promise<StoredExceptions> => {
  const names = [findings.map(({ category }) => category), findings.map(({ object }) => object)]
  const stored = await db.rows<Known>(listKnown, names)
  const found = new Map(findings.map((finding) => [keyOf(finding), finding]))
  const context = { env, scope, shop, occurredAt: readOccurredAt(seen) }
  const plan = planChanges(context, stored, found, mayHeal(scope, shop, seen))
  const cause = { kind: 'run' as const, id: scope.run.id }
  await reverseAdjustments(env, db, plan.undone, { cause, at: scope.now, zone: scope.zone })
  if (plan.standing.length > 0) await db.run(touch, [plan.standing, scope.run.id, scope.now])
  const changes = [...plan.opened, ...plan.healed]
  await store(env, db, scope, changes)
  const byPeople = await db.rows<{ category: string; object: string; business_date: string }>(
    clearUncertified,
  )
  const touched = [...changes, ...byPeople]
  const before = new Map(stored.map((row) => [keyOf(row), row.business_date]))
  const datesOf = (some: typeof touched): Set<string> =>
    new Set(some.flatMap((one) => [one.business_date, before.get(keyOf(one)) ?? one.business_date]))
  return {
    opened: plan.opened.filter(({ change }) => change !== 'changed').length,
    healed: plan.healed.length,
    touchedDates: datesOf(touched),
    movementDates: datesOf(touched.filter(standsOnLaterDates)),
  }
}
