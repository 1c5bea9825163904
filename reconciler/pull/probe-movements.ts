import type Stripe from 'stripe'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { AtStripe, Movement } from '../domain/facts.ts'
import { isOverdue } from '../domain/due.ts'
import { readOpenMovements } from '../publish/read-movements.ts'
import type { Scope } from '../scope.ts'
import { askAll, orMissing, seenRow, type SeenRow } from './stripe-rows.ts'

const listGoneSources = loadSql(import.meta.url, '../sql/balance_transactions_list_gone_sources.sql')

export interface Probes {
  readonly atStripe: ReadonlyMap<string, AtStripe>
  /** Rows of other dates that answer a movement after all. */
  readonly rows: readonly SeenRow[]
}

type Source = { readonly balance_transaction?: string | { readonly id: string } | null }

const fetchObject = async (stripe: Stripe, id: string): Promise<Source | undefined> => {
  if (id.startsWith('re_') || id.startsWith('pyr_')) return orMissing(stripe.refunds.retrieve(id))
  if (id.startsWith('po_')) return orMissing(stripe.payouts.retrieve(id))
  return orMissing(stripe.charges.retrieve(id))
}

const probe = async (stripe: Stripe, object: string, zone: string) => {
  const source = await fetchObject(stripe, object)
  const named = source?.balance_transaction
  const rowId = typeof named === 'string' ? named : named?.id
  const row = rowId === undefined ? undefined : await orMissing(stripe.balanceTransactions.retrieve(rowId))
  const at: AtStripe = source === undefined ? 'absent' : 'present'
  return { object, at, row: row && seenRow(row, zone) }
}

/**
 * Asks Stripe for the object of every movement that is past its due time, or whose row vanished, and that no row seen in
 * this run answers: whether it exists, and whether a row of another date belongs to it.
 */
export const probeMovements = async (
  deps: Pick<Deps, 'stripe' | 'db' | 'shop'>,
  scope: Scope,
  seen: readonly SeenRow[],
  gone: readonly { readonly source: string | null }[],
): Promise<Probes> => {
  const open = (await readOpenMovements(deps.db, scope.zone, [])).filter(
    ({ businessDate }) => businessDate <= scope.to,
  )
  const answered = new Set(seen.map(({ source }) => source))
  const waiting = open.filter(({ object }) => !answered.has(object))
  const vanished = new Set(gone.map(({ source }) => source).filter((source) => source !== null))
  for (const object of await readVanished(deps.db, waiting)) vanished.add(object)
  const due = waiting.filter((movement) => isOverdue(movement, deps.shop.due, scope.now))
  const objects = new Set([...due.map(({ object }) => object), ...vanished].filter((id) => !answered.has(id)))
  const probes = await askAll([...objects], async (object) => probe(deps.stripe, object, scope.zone))
  return {
    atStripe: new Map(probes.map(({ object, at }) => [object, at])),
    rows: probes.map(({ row }) => row).filter((row) => row !== undefined),
  }
}

/** Objects of the movements whose row Stripe once had and has no more: they wait for nothing. */
export const readVanished = async (db: Db, movements: readonly Movement[]): Promise<Set<string>> => {
  const rows = await db.rows<{ source: string }>(listGoneSources, [movements.map(({ object }) => object)])
  return new Set(rows.map(({ source }) => source))
}
