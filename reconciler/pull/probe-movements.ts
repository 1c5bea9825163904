import type Stripe from 'stripe'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { AtStripe, Movement, SourceFacts } from '../domain/facts.ts'
import { isOverdue } from '../domain/due.ts'
import { slotOfMovement, slotOfRow } from '../domain/pair.ts'
import { readOpenMovements } from '../publish/read-movements.ts'
import type { Scope } from '../scope.ts'
import { factsOfSource } from './source-facts.ts'
import { askAll, orMissing, seenRow, WITH_SOURCE, type SeenRow } from './stripe-rows.ts'

const listGoneSources = loadSql(import.meta.url, '../sql/balance_transactions_list_gone_sources.sql')

export interface Probes {
  readonly atStripe: ReadonlyMap<string, AtStripe>
  /** What Stripe showed of them. */
  readonly sources: ReadonlyMap<string, SourceFacts>
  /** Rows of other dates that answer a movement after all. */
  readonly rows: readonly SeenRow[]
  /** The rows that the objects themselves name, by object; of any category and source. */
  readonly named: ReadonlyMap<string, readonly string[]>
}

type Probed = Stripe.Charge | Stripe.Refund | Stripe.Payout | Stripe.Dispute

/** Stripe's object of a movement; undefined when Stripe has none (404). */
const fetchObject = async (stripe: Stripe, id: string): Promise<Probed | undefined> => {
  if (id.startsWith('re_') || id.startsWith('pyr_')) return orMissing<Probed>(stripe.refunds.retrieve(id))
  if (id.startsWith('po_')) return orMissing<Probed>(stripe.payouts.retrieve(id))
  if (id.startsWith('du_') || id.startsWith('dp_')) return orMissing<Probed>(stripe.disputes.retrieve(id))
  return orMissing<Probed>(stripe.charges.retrieve(id))
}

const rowIdsOf = (object: Probed): string[] => {
  // A list by source leaves the rows of disputes out; the dispute has them itself (stripe.md §5).
  if (object.object === 'dispute') return (object.balance_transactions ?? []).map(({ id }) => id)
  const named = [object.balance_transaction, object.failure_balance_transaction]
  return named.flatMap((row) => (row == null ? [] : [typeof row === 'string' ? row : row.id]))
}

const probe = async (stripe: Stripe, object: string, zone: string) => {
  const found = await fetchObject(stripe, object)
  const named = found === undefined ? [] : rowIdsOf(found)
  const rows = await Promise.all(
    named.map(async (id) => orMissing(stripe.balanceTransactions.retrieve(id, WITH_SOURCE))),
  )
  return {
    object,
    at: found === undefined ? ('absent' as const) : ('present' as const),
    source: found && factsOfSource(found),
    named,
    rows: rows.filter((row) => row !== undefined).map((row) => seenRow(row, zone)),
  }
}

/** What a movement can be about. */
const PROBED = /^(?:ch|py|re|pyr|po|du|dp)_/

/** Objects to ask for, the longest waiting first: a run asks no more than this, the next one goes on. */
const PROBES_MAX = 5_000

const objectsToProbe = async (
  deps: Pick<Deps, 'db' | 'shop'>,
  scope: Scope,
  seen: readonly SeenRow[],
  gone: readonly { readonly source: string | null }[],
  dealt: readonly string[],
): Promise<string[]> => {
  const open = (await readOpenMovements(deps.db, scope.zone, []))
    .filter(({ businessDate }) => businessDate <= scope.to)
    .toSorted((one, other) => one.occurredAt.getTime() - other.occurredAt.getTime())
  const answered = new Set(seen.map(slotOfRow))
  const others = new Set(dealt)
  const waiting = open.filter(
    (movement) => !answered.has(slotOfMovement(movement)) && !others.has(movement.object),
  )
  const vanished = await readVanished(deps.db, waiting)
  const due = waiting.filter(
    (movement) => vanished.has(movement.object) || isOverdue(movement, deps.shop.due, scope.now),
  )
  const lost = gone.map(({ source }) => source).filter((source) => source !== null)
  const objects = [...lost, ...scope.besides.objects, ...due.map(({ object }) => object)]
  return [...new Set(objects)].filter((id) => PROBED.test(id)).slice(0, PROBES_MAX)
}

/**
 * Asks Stripe for the object of every movement that is past its due time, or whose row vanished, and that no row seen in
 * this run answers: whether it exists, in which state, and whether a row of another date belongs to it. Rows of the objects
 * `dealt` were seen before this run.
 */
export const probeMovements = async (
  deps: Pick<Deps, 'stripe' | 'db' | 'shop'>,
  scope: Scope,
  seen: readonly SeenRow[],
  gone: readonly { readonly source: string | null }[],
  dealt: readonly string[],
): Promise<Probes> => {
  const objects = await objectsToProbe(deps, scope, seen, gone, dealt)
  const probes = await askAll(objects, async (object) => probe(deps.stripe, object, scope.zone))
  return {
    atStripe: new Map(probes.map(({ object, at }) => [object, at])),
    sources: new Map(probes.flatMap(({ object, source }) => (source ? [[object, source] as const] : []))),
    rows: probes.flatMap(({ rows }) => rows),
    named: new Map(probes.map(({ object, named }) => [object, named])),
  }
}

/** Objects of the movements whose row Stripe once had and has no more: they wait for nothing. */
export const readVanished = async (db: Db, movements: readonly Movement[]): Promise<Set<string>> => {
  const rows = await db.rows<{ source: string }>(listGoneSources, [movements.map(({ object }) => object)])
  return new Set(rows.map(({ source }) => source))
}
