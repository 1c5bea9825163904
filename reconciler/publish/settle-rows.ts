import type { Shop } from '#core/shop.ts'
import type { Env } from '#core/env.ts'
import { invariant } from '#core/errors.ts'
import { postEntries } from '#core/ledger/post-entries.ts'
import type { Entry, Posting } from '#core/ledger/post-entry.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { classifyRow, expectedFee, type Finding } from '../domain/classify.ts'
import type { BalanceRow, Movement } from '../domain/facts.ts'
import { pairRows } from '../domain/pair.ts'
import { planOf, postingsOfPlan, reversed, settlementPostings } from '../domain/settle.ts'
import type { Scope } from '../scope.ts'
import type { Mirrored } from './mirror-rows.ts'
import { readOpenMovements } from './read-movements.ts'

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

/** What a run decides about one balance transaction. */
export interface Decision {
  readonly row: BalanceRow
  readonly movement: Movement | undefined
  readonly state: 'matched' | 'explained' | 'exception'
  readonly finding: Finding | undefined
  readonly feeUnchecked: boolean
  readonly postings: readonly Posting[]
  readonly plan: string
}

export interface Settled {
  readonly decisions: readonly Decision[]
  /** Movements that no row answers now. */
  readonly open: readonly Movement[]
  /** Dates on which a pairing changed without its row. */
  readonly touchedDates: ReadonlySet<string>
  /** Dates of the movements that got a row, lost theirs, or changed it. */
  readonly movementDates: ReadonlySet<string>
  readonly posted: number
}

const decide = (row: BalanceRow, movement: Movement | undefined, rateCard: Shop['rate_card']): Decision => {
  const fee = expectedFee(row, movement, rateCard)
  const finding = classifyRow({ row, movement, expectedFee: fee })
  const postings = settlementPostings(row, movement)
  return {
    row,
    movement,
    finding,
    state: finding ? 'exception' : movement ? 'matched' : 'explained',
    feeUnchecked:
      movement !== undefined && fee === undefined && (row.category === 'charge' || row.fee !== 0n),
    postings,
    plan: planOf(postings),
  }
}

const keepsMoney = (decision: Decision, live: LivePairing | undefined): boolean =>
  live !== undefined &&
  live.version === decision.row.version &&
  live.plan === decision.plan &&
  live.movement_key === (decision.movement?.key ?? null)

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
    movement_key: decision.movement?.key ?? null,
    movement_entry: decision.movement?.entryId ?? null,
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
): Promise<Settled> => {
  const stored = await db.rows<LivePairing>(listLive, [[...mirrored.looked]])
  const live = new Map(stored.map((pairing) => [pairing.balance_transaction_id, pairing]))
  const held = new Map(
    stored.flatMap(({ balance_transaction_id: id, movement_key: key }) =>
      key === null ? [] : [[id, key] as const],
    ),
  )
  const movements = await readOpenMovements(db, scope.zone, [...held.values()])
  const pairs = pairRows(mirrored.rows, movements, held)
  const decisions = mirrored.rows.map((row) => decide(row, pairs.get(row.id), shop.rate_card))
  const fresh = decisions.filter((decision) => !keepsMoney(decision, live.get(decision.row.id)))
  const freshIds = new Set(fresh.map(({ row }) => row.id))
  const currentIds = new Set(mirrored.rows.map(({ id }) => id))
  const ended = stored.filter(({ balance_transaction_id: id }) => freshIds.has(id) || !currentIds.has(id))
  const posted = (await reverse(env, db, scope, ended)) + (await settle(env, db, scope, fresh, ended))
  const restated = await restate(
    db,
    decisions.filter(({ row }) => !freshIds.has(row.id)),
    live,
  )
  const moved = new Set([
    ...fresh.map(({ movement }) => movement?.key),
    ...ended.map(({ movement_key: key }) => key),
  ])
  const taken = new Set([...pairs.values()].map(({ key }) => key))
  return {
    decisions,
    open: movements.filter(({ key }) => !taken.has(key)),
    touchedDates: new Set([...fresh, ...restated].map(({ row }) => row.businessDate)),
    movementDates: new Set(
      movements.filter(({ key }) => moved.has(key)).map(({ businessDate }) => businessDate),
    ),
    posted,
  }
}
