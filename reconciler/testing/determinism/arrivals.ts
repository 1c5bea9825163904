import { postEntries } from '#core/ledger/post-entries.ts'
import type { Deps } from '#core/service.ts'
import { entryOf } from './ledger.ts'
import { randomOf, type Plan, type PlannedMovement } from './plan.ts'

/** One movement in so many is told late. */
const LATE_OF = 6
const NIGHTS_LATE_MAX = 3

/**
 * The night before which each late movement reaches the ledger, one to three nights after that of its own date; drawn from the
 * seed. None without a seed: then all is there before the first night.
 */
export const lateArrivals = (
  { dates, movements }: Plan,
  seed: number | null,
): ReadonlyMap<PlannedMovement, number> => {
  if (seed === null) return new Map()
  const random = randomOf(seed)
  const last = dates.length - 1
  const drawn = movements.map((movement) => {
    const own = dates.indexOf(movement.at.slice(0, 10))
    const isLate = random() * LATE_OF < 1
    const night = own + 1 + Math.floor(random() * NIGHTS_LATE_MAX)
    return { movement, night: Math.min(night, last), isLate: isLate && own >= 0 && own < last }
  })
  return new Map(drawn.filter(({ isLate }) => isLate).map(({ movement, night }) => [movement, night]))
}

/** Tells the ledger what comes before this night; a process that takes up a night tells it again, and nothing is posted twice. */
export const arrive = async (
  deps: Deps,
  plan: Plan,
  late: ReadonlyMap<PlannedMovement, number>,
  night: number,
): Promise<void> => {
  const due = [...late].filter(([, at]) => at === night).map(([movement]) => entryOf(plan.zone, movement))
  await deps.db.withTransaction(async (db) => postEntries(deps.env, db, due))
}
