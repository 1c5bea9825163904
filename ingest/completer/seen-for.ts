/**
 * How long things have been seen, in machine time: the age of a row by the business clock says nothing when that clock
 * jumps. A process that starts counts anew, which only asks a little later.
 */
export interface SeenFor {
  /** Notes what there is at `nowMs`, forgets what is gone, and answers what has been there for `minimumMs`. */
  longerThan(ids: readonly string[], nowMs: number, minimumMs: number): ReadonlySet<string>
  /** Counts `id` anew, after a try, so that it is not tried at every look. */
  restart(id: string, nowMs: number): void
}

export const createSeenFor = (): SeenFor => {
  let first = new Map<string, number>()
  return {
    longerThan: (ids, nowMs, minimumMs) => {
      first = new Map(ids.map((id) => [id, first.get(id) ?? nowMs]))
      return new Set(ids.filter((id) => nowMs - (first.get(id) ?? nowMs) >= minimumMs))
    },
    restart: (id, nowMs) => {
      if (first.has(id)) first.set(id, nowMs)
    },
  }
}
