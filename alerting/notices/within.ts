import type { Env } from '#core/env.ts'

/** Answers what `work` answers, or throws when it takes longer than `ms` of machine time; what it does then is not waited for. */
export const within = async <T>(
  { machine }: Pick<Env, 'machine'>,
  ms: number,
  work: Promise<T>,
): Promise<T> => {
  const done = new AbortController()
  // A late failure has been told as "too late" already.
  work.catch(() => undefined)
  const late = machine.sleep(ms, done.signal).then(
    () => {
      throw new Error(`no answer within ${ms / 1_000} s`)
    },
    // Let go because the work is done: the race is over.
    () => new Promise<never>(() => undefined),
  )
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort()
  }
}
