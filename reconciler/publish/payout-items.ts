import type { Shop } from '#core/shop.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Finding } from '../domain/classify.ts'
import { expectedFee } from '../domain/fees.ts'
import type { Movement } from '../domain/facts.ts'
import type { PayoutClue } from '../domain/payout-check.ts'
import type { PulledPayout } from '../pull/pull-payouts.ts'
import type { Scope } from '../scope.ts'
import type { Decision } from './decide-rows.ts'

const insertItems = loadSql(import.meta.url, '../sql/payout_items_insert.sql')
const listItems = loadSql(import.meta.url, '../sql/payout_items_list.sql')
const upsertChecks = loadSql(import.meta.url, '../sql/payout_checks_upsert.sql')

/** A row that was ever an item of a payout, and what it brought when it became one. */
export interface ItemRow {
  readonly payout_id: string
  readonly balance_transaction_id: string
  readonly gone: boolean
  readonly source: string | null
  readonly first_net: bigint
  readonly first_currency: string
}

const isOwnRow = (payout: PulledPayout, row: { readonly source: string | null }): boolean =>
  row.source === payout.id

/** What something brings to a payout; money in another currency brings nothing to it and is never added to it. */
const bringsTo = (payout: PulledPayout, net: bigint, currency: string): bigint =>
  currency === payout.currency ? net : 0n

/** What the items of a payout sum to, without its own rows. */
export const itemsNetOf = (payout: PulledPayout): bigint =>
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
  const items = payouts.flatMap((payout) => (payout.items ?? []).map((row) => ({ payout: payout.id, row })))
  await db.run(insertItems, [
    items.map(({ payout }) => payout),
    items.map(({ row }) => row.id),
    scope.run.id,
    items.map(({ row }) => row.net),
    items.map(({ row }) => row.currency),
  ])
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

/** Every row that was ever an item of the payouts. */
export const readItems = async (db: Db, payouts: readonly PulledPayout[]): Promise<ItemRow[]> =>
  db.rows<ItemRow>(listItems, [payouts.map(({ id }) => id)])

/**
 * By how much the row itself makes its payout's sum differ: for certain what it changed by since it is an item, else what the
 * movement says it should be. A row that nothing of ours answers explains nothing: Stripe has counted it.
 */
const clueOf = (
  payout: PulledPayout,
  { row, movement, finding }: Decision,
  first: ItemRow | undefined,
): PayoutClue => {
  const id = { balanceTransactionId: row.id }
  const counted = bringsTo(payout, row.net, row.currency)
  const original = first && bringsTo(payout, first.first_net, first.first_currency)
  if (original !== undefined && original !== counted)
    return { ...id, effect: counted - original, certain: true }
  if (finding === undefined || movement === undefined) return { ...id, effect: 0n, certain: false }
  const fee = finding.category === 'fee_mismatch' ? finding.expected : row.fee
  const effect = counted - bringsTo(payout, movement.amount - fee, movement.currency)
  return { ...id, effect, certain: false }
}

/** What is known of the items of a payout that may explain why they do not sum to it. */
export const cluesFor = (
  payout: PulledPayout,
  known: readonly ItemRow[],
  decisions: ReadonlyMap<string, Decision>,
): PayoutClue[] => {
  const first = new Map(known.map((item) => [item.balance_transaction_id, item]))
  const gone = known
    .filter((item) => item.gone && !isOwnRow(payout, item))
    .map((item) => ({
      balanceTransactionId: item.balance_transaction_id,
      effect: -bringsTo(payout, item.first_net, item.first_currency),
      certain: true,
    }))
  const present = (payout.items ?? [])
    .filter((row) => !isOwnRow(payout, row))
    .map(({ id }) => decisions.get(id))
    .filter((decision) => decision !== undefined)
    .map((decision) => clueOf(payout, decision, first.get(decision.row.id)))
  return [...gone, ...present]
}

/** Rows that should be in some payout and that nobody ever saw: what they would have brought, as far as that is known. */
export const straysOf = (
  open: readonly Movement[],
  findings: readonly Finding[],
  shop: Pick<Shop, 'rate_card'>,
): PayoutClue[] => {
  const overdue = new Set(findings.map(({ object }) => object))
  return open
    .filter(({ object, account }) => overdue.has(object) && account !== 'clearing:payout')
    .map((movement) => {
      const { account, currency } = movement
      const fee =
        account === 'clearing:card'
          ? expectedFee({ category: 'charge', currency }, movement, shop.rate_card)
          : 0n
      const effect = -(movement.amount - (fee ?? 0n))
      return { balanceTransactionId: movement.object, effect, certain: false }
    })
}
