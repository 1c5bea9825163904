import type { Deps } from '#core/service.ts'
import type { Measure, Reading } from '../domain/rule.ts'

/** After a failure the next try comes no later than this. */
const RETRY_MS = 60_000

type Outcome<R> = { readonly rows: readonly R[] } | { readonly error: unknown }

interface Memory<R> {
  outcome: Outcome<R> | null
  askedAtMs: number | null
  running: Promise<void> | null
}

const waitMs = (outcome: Outcome<unknown> | null, everyMs: number): number =>
  outcome !== null && 'error' in outcome ? Math.min(everyMs, RETRY_MS) : everyMs

/**
 * A measure that is dear to ask: asked at most every `everyMs` of machine time, and after a failure again within a minute.
 * Between, what it answered last is the reading, or the error that it threw. Only the first answer is waited for.
 */
export const remembered = <R extends Reading>(measure: Measure<R>, everyMs: number): Measure<R> => {
  const memories = new WeakMap<object, Memory<R>>()
  const memoryOf = (deps: Deps): Memory<R> => {
    const known = memories.get(deps.db)
    if (known) return known
    const made: Memory<R> = { outcome: null, askedAtMs: null, running: null }
    memories.set(deps.db, made)
    return made
  }
  const ask = async (deps: Deps, memory: Memory<R>, at: Date): Promise<void> => {
    try {
      memory.outcome = { rows: await measure.read(deps, at) }
    } catch (error) {
      memory.outcome = { error }
    }
    memory.running = null
  }
  return {
    ...measure,
    read: async (deps, at) => {
      const memory = memoryOf(deps)
      const nowMs = deps.env.machine.nowMs()
      const isDue = memory.askedAtMs === null || nowMs - memory.askedAtMs >= waitMs(memory.outcome, everyMs)
      if (isDue && memory.running === null) {
        memory.askedAtMs = nowMs
        memory.running = ask(deps, memory, at)
      }
      if (memory.outcome === null) await memory.running
      const { outcome } = memory
      if (outcome === null) return []
      if ('error' in outcome) throw outcome.error
      return outcome.rows
    },
  }
}
