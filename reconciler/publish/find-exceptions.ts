import type { Shop } from '#core/shop.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import {
  classifyMovement,
  classifyPayout,
  expectedFee,
  mergeFindings,
  type Finding,
} from '../domain/classify.ts'
import { isOverdue, isPayoutOverdue } from '../domain/due.ts'
import type { Movement } from '../domain/facts.ts'
import { unexplainedOf, type PayoutClue } from '../domain/payout-check.ts'
import type { Pulled } from '../pull/pull.ts'
import type { PulledPayout } from '../pull/pull-payouts.ts'
import { readVanished } from '../pull/probe-movements.ts'
import type { Scope } from '../scope.ts'
import type { Decision, Settled } from './settle-rows.ts'

const insertItems = loadSql(import.meta.url, '../sql/payout_items_insert.sql')
const listItems = loadSql(import.meta.url, '../sql/payout_items_list.sql')
const listBooked = loadSql(import.meta.url, '../sql/balance_transactions_list_unpaired_sources.sql')
const upsertChecks = loadSql(import.meta.url, '../sql/payout_checks_upsert.sql')

interface ItemRow {
  readonly payout_id: string
  readonly balance_transaction_id: string
  readonly gone: boolean
  readonly first_net: bigint
  readonly first_currency: string
}

const isOwnRow = (payout: PulledPayout, row: { readonly source: string | null }): boolean =>
  row.source === payout.id

/** What something brings to a payout; money in another currency brings nothing to it and is never added to it. */
const bringsTo = (payout: PulledPayout, net: bigint, currency: string): bigint =>
  currency === payout.currency ? net : 0n

const itemsNetOf = (payout: PulledPayout): bigint =>
  (payout.items ?? [])
    .filter((row) => !isOwnRow(payout, row))
    .reduce((sum, { net, currency }) => sum + bringsTo(payout, net, currency), 0n)

/** Stores what Stripe said of the payouts, before anything is compared with it. */
export const rememberPayouts = async (
  db: Db,
  scope: Scope,
  payouts: readonly PulledPayout[],
): Promise<void> => {
  if (payouts.length === 0) return
  const items = payouts.flatMap((payout) => (payout.items ?? []).map((row) => [payout.id, row.id] as const))
  await db.run(insertItems, [items.map(([id]) => id), items.map(([, row]) => row), scope.run.id])
  const checks = payouts.map((payout) => ({
    payout_id: payout.id,
    amount: payout.amount.toString(),
    status: payout.status,
    complete: payout.complete,
    items: payout.items?.length ?? 0,
    items_net: itemsNetOf(payout).toString(),
  }))
  await db.run(upsertChecks, [JSON.stringify(checks), scope.run.id])
}

/**
 * By how much the row itself makes its payout's sum differ: against its first version when it changed since, else against
 * what the movement says it should be. A row that nothing of ours answers explains nothing: Stripe has counted it.
 */
const effectOf = (
  payout: PulledPayout,
  { row, movement, finding }: Decision,
  first: ItemRow | undefined,
): bigint => {
  const counted = bringsTo(payout, row.net, row.currency)
  const original = first && bringsTo(payout, first.first_net, first.first_currency)
  if (original !== undefined && original !== counted) return counted - original
  if (finding === undefined || movement === undefined) return 0n
  const fee = finding.category === 'fee_mismatch' ? finding.expected : row.fee
  return counted - bringsTo(payout, movement.amount - fee, movement.currency)
}

const cluesFor = (
  payout: PulledPayout,
  known: readonly ItemRow[],
  decisions: ReadonlyMap<string, Decision>,
): PayoutClue[] => {
  const first = new Map(known.map((item) => [item.balance_transaction_id, item]))
  const gone = known
    .filter((item) => item.gone)
    .map((item) => ({
      balanceTransactionId: item.balance_transaction_id,
      effect: -bringsTo(payout, item.first_net, item.first_currency),
      certain: true,
    }))
  const present = (payout.items ?? [])
    .filter((row) => !isOwnRow(payout, row))
    .map(({ id }) => decisions.get(id))
    .filter((decision) => decision !== undefined)
    .map((decision) => ({
      balanceTransactionId: decision.row.id,
      effect: effectOf(payout, decision, first.get(decision.row.id)),
      certain: false,
    }))
  return [...gone, ...present]
}

/** Rows that should be in some payout and that nobody ever saw: what they would have brought, as far as that is known. */
const straysOf = (
  settled: Settled,
  findings: readonly Finding[],
  shop: Pick<Shop, 'rate_card'>,
): PayoutClue[] => {
  const overdue = new Set(findings.map(({ object }) => object))
  return settled.open
    .filter(({ object, account }) => overdue.has(object) && account !== 'clearing:payout')
    .map((movement) => {
      const row = { category: 'charge', currency: movement.currency, amount: movement.amount }
      const fee =
        movement.account === 'clearing:card'
          ? expectedFee(row as Decision['row'], movement, shop.rate_card)
          : 0n
      return {
        balanceTransactionId: movement.object,
        effect: -(movement.amount - (fee ?? 0n)),
        certain: false,
      }
    })
}

/**
 * Of the movements, the keys of those whose row is there, to the cent, but of a type that nobody knows: the row is the
 * exception, and one fact has one category.
 */
const readBooked = async (db: Db, movements: readonly Movement[]): Promise<Set<string>> => {
  const rows = await db.rows<{ source: string; amount: bigint }>(listBooked, [
    movements.map(({ object }) => object),
  ])
  const booked = new Set(rows.map(({ source, amount }) => JSON.stringify([source, amount.toString()])))
  const isBooked = ({ object, amount }: Movement) => booked.has(JSON.stringify([object, amount.toString()]))
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
  const booked = await readBooked(db, inScope)
  return inScope
    .filter(({ key }) => !booked.has(key))
    .map((movement) =>
      classifyMovement({
        movement,
        atStripe: pulled.atStripe.get(movement.object) ?? 'unknown',
        overdue: vanished.has(movement.object) || isOverdue(movement, shop.due, scope.now),
      }),
    )
    .filter((finding) => finding !== undefined)
}

/** Exceptions of the payouts; the own row of a payout is judged as a row. */
const findOnPayouts = async (
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'due' | 'rate_card'>,
  pulled: Pulled,
  settled: Settled,
  strays: readonly PayoutClue[],
): Promise<Finding[]> => {
  const known = await db.rows<ItemRow>(listItems, [pulled.payouts.map(({ id }) => id)])
  const itemsOf = (payout: PulledPayout) => known.filter(({ payout_id: id }) => id === payout.id)
  const decisions = new Map(settled.decisions.map((decision) => [decision.row.id, decision]))
  return pulled.payouts
    .map((payout) => {
      const clues = cluesFor(payout, itemsOf(payout), decisions)
      const left = payout.items === null ? 0n : unexplainedOf(payout.amount, itemsNetOf(payout), clues)
      const overdue = isPayoutOverdue(payout, shop.due, scope.now)
      // A row that was never seen explains a gap only when it explains it to the cent.
      const unexplained = strays.some(({ effect }) => effect === left) ? 0n : left
      return classifyPayout({ payout, unexplained, overdue })
    })
    .filter((finding) => finding !== undefined)
}

/** Every exception that holds now among what the run looked at. */
export const findExceptions = async (
  db: Db,
  scope: Scope,
  shop: Pick<Shop, 'due' | 'rate_card'>,
  pulled: Pulled,
  settled: Settled,
): Promise<Finding[]> => {
  const onRows = settled.decisions.map(({ finding }) => finding).filter((finding) => finding !== undefined)
  const onMovements = await findOnMovements(db, scope, shop, pulled, settled)
  const strays = straysOf(settled, onMovements, shop)
  const onPayouts = await findOnPayouts(db, scope, shop, pulled, settled, strays)
  return mergeFindings([...onRows, ...onMovements, ...onPayouts])
}
