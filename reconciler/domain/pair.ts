import { CATEGORY_RULES } from './categories.ts'
import type { BalanceRow, Movement } from './facts.ts'

const directionOf = (amount: bigint): 'in' | 'out' => (amount < 0n ? 'out' : 'in')

const slotOf = (account: string, object: string, direction: 'in' | 'out'): string =>
  JSON.stringify([account, object, direction])

/** By the category's own direction: a row whose amount lost its sign is still that movement's, with another amount. */
const slotOfRow = (row: BalanceRow): string | undefined => {
  const { answeredBy, direction } = CATEGORY_RULES.get(row.category) ?? {}
  if (answeredBy === undefined || row.source === null) return undefined
  return slotOf(answeredBy, row.source, direction ?? directionOf(row.amount))
}

const byTime = (one: BalanceRow, other: BalanceRow): number =>
  one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1)

/** Picks for each row in turn: the movement it holds already, else one of its own amount, else the oldest left. */
const PREFERENCES: readonly ((row: BalanceRow, movement: Movement, held: string | undefined) => boolean)[] = [
  (_row, movement, held) => movement.key === held,
  (row, movement) => movement.amount === row.amount && movement.currency === row.currency,
  () => true,
]

/**
 * Pairs balance transactions with movements by Stripe's source id, account and direction: one movement for one row. The
 * result depends on the facts only, not on the order in which rows were read. `held` is what each row was paired with
 * before, by row id.
 */
export const pairRows = (
  rows: readonly BalanceRow[],
  movements: readonly Movement[],
  held: ReadonlyMap<string, string>,
): Map<string, Movement> => {
  const free = new Map<string, Movement[]>()
  for (const movement of movements) {
    const slot = slotOf(movement.account, movement.object, directionOf(movement.amount))
    free.set(slot, [...(free.get(slot) ?? []), movement])
  }
  for (const waiting of free.values()) {
    waiting.sort(
      (one, other) => one.occurredAt.getTime() - other.occurredAt.getTime() || (one.key < other.key ? -1 : 1),
    )
  }
  const pairs = new Map<string, Movement>()
  const ordered = rows.toSorted(byTime)
  for (const prefers of PREFERENCES) {
    for (const row of ordered) {
      const waiting = free.get(slotOfRow(row) ?? '')
      if (pairs.has(row.id) || !waiting) continue
      const at = waiting.findIndex((movement) => prefers(row, movement, held.get(row.id)))
      const [taken] = at < 0 ? [] : waiting.splice(at, 1)
      if (taken) pairs.set(row.id, taken)
    }
  }
  return pairs
}
