import type { Shop } from '#core/shop.ts'
import type { Env } from '#core/env.ts'
import { invariant } from '#core/errors.ts'
import { postEntries } from '#core/ledger/post-entries.ts'
import type { Entry } from '#core/ledger/post-entry.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { readResolvedByPerson } from '../desk/read-resolved.ts'
import type { BalanceRow, Movement } from '../domain/facts.ts'
import { pairRows, type Answer } from '../domain/pair.ts'
import { postingsOfPlan, reversed } from '../domain/settle.ts'
import type { Pulled } from '../pull/pull.ts'
import type { Scope } from '../scope.ts'
import { decideRows, type Decision, type DecideWith } from './decide-rows.ts'
import type { Mirrored } from './mirror-rows.ts'
import { itemsNetOf } from './payout-items.ts'
import { readRateUnits } from './read-rate-units.ts'
import { readOpenMovements } from './read-movements.ts'
import { readClaims, readOwnStatuses, type OwnStatus } from './read-own-facts.ts'

const listLive = loadSql(import.meta.url, '../sql/pairings_list_live.sql')
const listRevisions = loadSql(import.meta.url, '../sql/pairings_list_last_revision.sql')
const endPairings = loadSql(import.meta.url, '../sql/pairings_end.sql')
const setStates = loadSql(import.meta.url, '../sql/pairings_set_state.sql')
const insertPairings = loadSql(import.meta.url, '../sql/pairings_insert.sql')

interface LivePairing {
  readonly balance_transaction_id: string
  readonly revision: number
  readonly version: number
  readonly state: string
  readonly category: string | null
  readonly movement_key: string | null
  readonly counterpart: string | null
  readonly plan: string
  readonly settlement_entry: string | null
}

export interface Settled {
  readonly decisions: readonly Decision[]
  /** Movements that no row answers now. */
  readonly open: readonly Movement[]
  /** Our own states of what the rows are about, by Stripe's id. */
  readonly statuses: ReadonlyMap<string, OwnStatus>
  /** Dates on which a pairing changed without its row. */
  readonly touchedDates: ReadonlySet<string>
  /** Dates of the movements that got a row, lost theirs, or changed it. */
  readonly movementDates: ReadonlySet<string>
  readonly posted: number
}

/** Only one row holds a movement, however many belong to it. */
const heldKey = ({ holdsMovement, movement }: Decision): string | null =>
  holdsMovement ? (movement?.key ?? null) : null

const keepsMoney = (decision: Decision, live: LivePairing | undefined): boolean =>
  live !== undefined &&
  live.version === decision.row.version &&
  live.plan === decision.plan &&
  live.movement_key === heldKey(decision)

const settlement = (scope: Scope, decision: Decision, revision: number): Entry => ({
  kind: 'settlement',
  sourceId: decision.row.id,
  revision,
  occurredAt: decision.row.createdAt,
  businessDate: decision.row.businessDate,
  cause: { kind: 'run', id: scope.run.id },
  ...(decision.movement?.paymentId ? { paymentId: decision.movement.paymentId } : {}),
  ...(decision.movement?.saleId ? { saleId: decision.movement.saleId } : {}),
  postings: decision.postings,
})

const reversal = (scope: Scope, live: LivePairing, row: BalanceRow): Entry => ({
  kind: 'settlement_reversal',
  sourceId: live.balance_transaction_id,
  revision: live.revision,
  occurredAt: row.createdAt,
  businessDate: row.businessDate,
  cause: { kind: 'run', id: scope.run.id },
  ...(live.settlement_entry === null ? {} : { corrects: live.settlement_entry }),
  postings: reversed(postingsOfPlan(live.plan)),
})

const listBefore = loadSql(import.meta.url, '../sql/balance_transactions_list_versions.sql')

/** The versions that the ended pairings settled: a reversal stands on the same date as what it takes back. */
const readSettledVersions = async (db: Db, ended: readonly LivePairing[]) => {
  const rows = await db.rows<{ id: string; stripe_created: Date; business_date: string }>(listBefore, [
    ended.map((live) => live.balance_transaction_id),
    ended.map((live) => live.version),
  ])
  return new Map(rows.map((row) => [row.id, row]))
}

const reverse = async (env: Env, db: Db, scope: Scope, ended: readonly LivePairing[]): Promise<number> => {
  if (ended.length === 0) return 0
  const versions = await readSettledVersions(db, ended)
  const entries = ended.flatMap((live) => {
    const at = versions.get(live.balance_transaction_id)
    invariant(at, `row ${live.balance_transaction_id} version ${live.version} is not in the mirror`)
    const row = { createdAt: at.stripe_created, businessDate: at.business_date } as BalanceRow
    return live.settlement_entry === null ? [] : [reversal(scope, live, row)]
  })
  await postEntries(env, db, entries)
  await db.run(endPairings, [ended.map((live) => live.balance_transaction_id), scope.run.id])
  return entries.length
}

const settle = async (
  env: Env,
  db: Db,
  scope: Scope,
  fresh: readonly Decision[],
  ended: readonly LivePairing[],
): Promise<number> => {
  if (fresh.length === 0) return 0
  const ids = fresh.map(({ row }) => row.id)
  const last = await db.rows<{ balance_transaction_id: string; revision: number }>(listRevisions, [ids])
  const revisions = new Map(last.map((known) => [known.balance_transaction_id, known.revision]))
  for (const live of ended) revisions.set(live.balance_transaction_id, live.revision)
  const revisionOf = (decision: Decision) => (revisions.get(decision.row.id) ?? 0) + 1
  const moving = fresh.filter(({ postings }) => postings.length >= 2)
  const posted = await postEntries(
    env,
    db,
    moving.map((decision) => settlement(scope, decision, revisionOf(decision))),
  )
  const entries = new Map(moving.map(({ row }, at) => [row.id, posted[at]]))
  for (const { row } of moving) invariant(entries.get(row.id), `settlement of ${row.id} was posted before`)
  const rows = fresh.map((decision) => ({
    balance_transaction_id: decision.row.id,
    revision: revisionOf(decision),
    version: decision.row.version,
    state: decision.state,
    category: decision.finding?.category ?? null,
    movement_key: heldKey(decision),
    movement_entry: decision.holdsMovement ? (decision.movement?.entryId ?? null) : null,
    counterpart: decision.movement?.paymentId ?? decision.movement?.object ?? null,
    plan: decision.plan,
    settlement_entry: entries.get(decision.row.id) ?? null,
  }))
  await db.run(insertPairings, [JSON.stringify(rows), scope.run.id])
  return moving.length
}

const restate = async (
  db: Db,
  kept: readonly Decision[],
  live: ReadonlyMap<string, LivePairing>,
): Promise<Decision[]> => {
  const changed = kept.filter(({ row, state, finding }) => {
    const before = live.get(row.id)
    return before?.state !== state || before.category !== (finding?.category ?? null)
  })
  const states = changed.map(({ row, state, finding }) => ({
    id: row.id,
    state,
    category: finding?.category ?? null,
  }))
  if (states.length > 0) await db.run(setStates, [JSON.stringify(states)])
  return changed
}

/** What the items of each itemised payout sum to, in its currency, without its own rows. */
const payoutItemsOf = (pulled: Pulled): Map<string, bigint> =>
  new Map(
    pulled.payouts.flatMap((payout) =>
      payout.items === null ? [] : [[payout.id, itemsNetOf(payout)] as const],
    ),
  )

/** What is known of the rows beside themselves, read in the run's snapshot. */
const readGiven = async (
  db: Db,
  shop: Pick<Shop, 'rate_card'>,
  pulled: Pulled,
  answers: ReadonlyMap<string, Answer>,
  movements: readonly Movement[],
): Promise<DecideWith> => {
  const open = [...answers.values()].filter(({ main, movement }) => main && movement === undefined)
  const charges = open
    .map(({ main }) => pulled.sources.get(main?.source ?? ''))
    .filter((source) => source?.kind === 'charge')
    .filter((source) => source !== undefined)
  const resolved = await readResolvedByPerson(db)
  return {
    rateCard: shop.rate_card,
    sources: pulled.sources,
    moved: new Set(movements.map(({ object }) => object)),
    statuses: await readOwnStatuses(db, [...pulled.sources.keys()]),
    claims: await readClaims(db, [...new Map(charges.map((charge) => [charge.id, charge])).values()]),
    payoutItems: payoutItemsOf(pulled),
    rateUnits: await readRateUnits(db),
    covers: (finding) => resolved.covers(finding),
  }
}

/** Pairs the rows with what is open and what they hold, and decides about each. */
const readDecisions = async (
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'rate_card'>,
  mirrored: Mirrored,
  pulled: Pulled,
  stored: readonly LivePairing[],
): Promise<{ decisions: Decision[]; movements: Movement[]; given: DecideWith }> => {
  const held = new Map(
    stored.flatMap(({ balance_transaction_id: id, movement_key: key }) =>
      key === null ? [] : [[id, key] as const],
    ),
  )
  const movements = await readOpenMovements(db, scope.zone, [...held.values()])
  const answers = pairRows(mirrored.rows, movements, held)
  const given = await readGiven(db, shop, pulled, answers, movements)
  return { decisions: decideRows(mirrored.rows, answers, given), movements, given }
}

/**
 * Pairs every row of the run, posts its settlement, and takes back the settlements of rows that changed, vanished or found
 * another counterpart. What stands already is left alone, so that a second run posts nothing.
 */
export const settleRows = async (
  env: Env,
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'rate_card'>,
  mirrored: Mirrored,
  pulled: Pulled,
): Promise<Settled> => {
  const stored = await db.rows<LivePairing>(listLive, [[...mirrored.looked]])
  const live = new Map(stored.map((pairing) => [pairing.balance_transaction_id, pairing]))
  const { decisions, movements, given } = await readDecisions(db, scope, shop, mirrored, pulled, stored)
  const fresh = decisions.filter((decision) => !keepsMoney(decision, live.get(decision.row.id)))
  const freshIds = new Set(fresh.map(({ row }) => row.id))
  const currentIds = new Set(mirrored.rows.map(({ id }) => id))
  const ended = stored.filter(({ balance_transaction_id: id }) => freshIds.has(id) || !currentIds.has(id))
  const posted = (await reverse(env, db, scope, ended)) + (await settle(env, db, scope, fresh, ended))
  const kept = decisions.filter(({ row }) => !freshIds.has(row.id))
  const restated = await restate(db, kept, live)
  const moved = new Set([...fresh.map(heldKey), ...ended.map(({ movement_key: key }) => key)])
  const taken = new Set(decisions.map(heldKey))
  return {
    decisions,
    open: movements.filter(({ key }) => !taken.has(key)),
    statuses: given.statuses,
    touchedDates: new Set([...fresh, ...restated].map(({ row }) => row.businessDate)),
    movementDates: new Set(
      movements.filter(({ key }) => moved.has(key)).map(({ businessDate }) => businessDate),
    ),
    posted,
  }
}
