import type { Deps } from '#core/service.ts'

/**
 * One answer for all measures of one evaluation: whoever asks with the same instant gets the same promise. `read` is asked
 * again for another instant, also after a failure.
 */
export const oncePerEvaluation = <T>(read: (deps: Deps, at: Date) => Promise<T>) => {
  const last = new WeakMap<object, { readonly at: Date; readonly answer: Promise<T> }>()
  return (deps: Deps, at: Date): Promise<T> => {
    const known = last.get(deps.db)
    // The same object, not the same time: a second evaluation within a millisecond asks again.
    if (known?.at === at) return known.answer
    const answer = read(deps, at)
    last.set(deps.db, { at, answer })
    return answer
  }
}

/** ClickHouse reads `YYYY-MM-DD hh:mm:ss.mmm`; the column's zone is UTC. */
export const clickHouseTime = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '')

/** The instant `ms` before `at`. */
export const before = (at: Date, ms: number): Date => new Date(at.getTime() - ms)
