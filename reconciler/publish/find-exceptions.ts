import type { Shop } from '#core/shop.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { mergeFindings, type Finding } from '../domain/classify.ts'
import { isOverdue, isPayoutOverdue } from '../domain/due.ts'
import type { Movement } from '../domain/facts.ts'
import { classifyMovement } from '../domain/movement-rules.ts'
import { unexplainedOf, type PayoutClue } from '../domain/payout-check.ts'
import { classifyPayout } from '../domain/payout-rules.ts'
import type { Pulled } from '../pull/pull.ts'
import { readVanished } from '../pull/probe-movements.ts'
import type { Scope } from '../scope.ts'
import { findOnBalances } from './find-drifts.ts'
import { cluesFor, itemsNetOf, readItems, straysOf } from './payout-items.ts'
import { readSurplus } from './read-surplus.ts'
import type { Settled } from './settle-rows.ts'

const listBooked = loadSql(import.meta.url, '../sql/balance_transactions_list_unpaired.sql')

/**
 * Of the movements, the keys of those whose row is there but is an exception itself: of a type that nobody knows, or without
 * the source that would name it. The row is the exception, and one fact has one category.
 */
const readBooked = async (
  db: Db,
  movements: readonly Movement[],
  named: Pulled['named'],
): Promise<Set<string>> => {
  const rows = await db.rows<{ id: string; source: string | null; amount: bigint; category: string }>(
    listBooked,
    [movements.map(({ object }) => object), movements.flatMap(({ object }) => named.get(object) ?? [])],
  )
  const unknown = rows.filter(({ category }) => category === 'unknown_type')
  const bySource = new Set(unknown.map(({ source, amount }) => JSON.stringify([source, amount.toString()])))
  const byId = new Map(rows.map((row) => [row.id, row]))
  const isBooked = ({ object, amount }: Movement) =>
    bySource.has(JSON.stringify([object, amount.toString()])) ||
    (named.get(object) ?? []).some((id) => byId.get(id)?.amount === amount)
  return new Set(movements.filter(isBooked).map(({ key }) => key))
}

const findOnMovements = async (
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'due'>,
  pulled: Pulled,
  settled: Settled,
): Promise<Finding[]> => {
  const inScope = settled.open.filter(({ businessDate }) => businessDate <= scope.to)
  const vanished = await readVanished(db, inScope)
  const booked = await readBooked(db, inScope, pulled.named)
  const surplus = await readSurplus(db, inScope)
  return inScope
    .filter(({ key }) => !booked.has(key) && (!surplus.keys.has(key) || surplus.findings.has(key)))
    .map((movement) =>
      classifyMovement({
        movement,
        atStripe: pulled.atStripe.get(movement.object) ?? 'unknown',
        source: pulled.sources.get(movement.object),
        statusOfOurs: settled.statuses.get(movement.object)?.status,
        overdue: vanished.has(movement.object) || isOverdue(movement, shop.due, scope.now),
        claimed: surplus.findings.get(movement.key),
      }),
    )
    .filter((finding) => finding !== undefined)
}

/** Exceptions of the payouts; the own row of a payout is judged as a row. */
const findOnPayouts = async (
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'due'>,
  pulled: Pulled,
  settled: Settled,
  strays: readonly PayoutClue[],
): Promise<Finding[]> => {
  const known = await readItems(db, pulled.payouts)
  const decisions = new Map(settled.decisions.map((decision) => [decision.row.id, decision]))
  return pulled.payouts
    .map((payout) => {
      const items = known.filter(({ payout_id: id }) => id === payout.id)
      const clues = cluesFor(payout, items, decisions)
      const left = payout.items === null ? 0n : unexplainedOf(payout.amount, itemsNetOf(payout), clues)
      const overdue = isPayoutOverdue(payout, shop.due, scope.now)
      // A row that was never seen explains a gap only when it explains it to the cent.
      const unexplained = strays.some(({ effect }) => effect === left) ? 0n : left
      const statusOfOurs = settled.statuses.get(payout.id)?.status
      return classifyPayout({ payout, statusOfOurs, unexplained, overdue })
    })
    .filter((finding) => finding !== undefined)
}

/** Every exception that holds now among what the run looked at. */
export const findExceptions = async (
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'due' | 'rate_card' | 'opening_balances'>,
  pulled: Pulled,
  settled: Settled,
  touchedDates: ReadonlySet<string>,
): Promise<Finding[]> => {
  const onRows = settled.decisions.map(({ finding }) => finding).filter((finding) => finding !== undefined)
  const onMovements = await findOnMovements(db, scope, shop, pulled, settled)
  const strays = straysOf(settled.open, onMovements, shop)
  const onPayouts = await findOnPayouts(db, scope, shop, pulled, settled, strays)
  const onBalances = await findOnBalances(db, scope, shop, pulled, touchedDates)
  return mergeFindings([...onRows, ...onMovements, ...onPayouts, ...onBalances])
}
