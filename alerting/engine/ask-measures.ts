import type { Deps } from '#core/service.ts'
import type { AlertRule, Measure, Reading } from '../domain/rule.ts'
import type { Engine } from './engine.ts'

/** Longer than this a measure does not hold up the others: it has failed. */
export const MEASURE_TIMEOUT_MS = 4_000

/** What came of asking a measure. */
export type Answer =
  | { readonly kind: 'read'; readonly readings: readonly Reading[] }
  | { readonly kind: 'failed'; readonly why: string }

const failed = (why: string): Answer => ({ kind: 'failed', why })

/** What one tells of a thrown value in a log: its message, never what hangs on it. */
export const whyOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Answers `otherwise` when `work` takes longer than `ms` of machine time. `work` goes on; whoever started it must
 * not start it again meanwhile.
 */
export const within = async <T>(
  { machine }: Deps['env'],
  ms: number,
  work: Promise<T>,
  otherwise: () => T,
): Promise<T> => {
  const done = new AbortController()
  const late = machine.sleep(ms, done.signal).then(otherwise, otherwise)
  try {
    return await Promise.race([work, late])
  } finally {
    done.abort(new Error('answered'))
  }
}

const read = async (deps: Deps, measure: Measure<Reading>, at: Date): Promise<Answer> => {
  try {
    return { kind: 'read', readings: await measure.read(deps, at) }
  } catch (error) {
    return failed(whyOf(error))
  }
}

const ask = async (engine: Engine, measure: Measure<Reading>, at: Date): Promise<Answer> => {
  const { deps, memory } = engine
  // One that hangs is asked again only when it has answered: a dead store must not collect a question every tick.
  if (memory.asking.has(measure.name)) return failed('has not answered the question before')
  memory.asking.add(measure.name)
  const reading = read(deps, measure, at).finally(() => memory.asking.delete(measure.name))
  return within(deps.env, MEASURE_TIMEOUT_MS, reading, () =>
    failed(`no answer within ${MEASURE_TIMEOUT_MS} ms`),
  )
}

/** Asks each measure of the catalogue once, all at the same time; one that throws or hangs fails alone. */
export const askMeasures = async (
  engine: Engine,
  rules: readonly AlertRule[],
  at: Date,
): Promise<ReadonlyMap<string, Answer>> => {
  const measures = new Map(rules.map(({ measure }) => [measure.name, measure]))
  const answers = [...measures.values()].map(
    async (measure) => [measure.name, await ask(engine, measure, at)] as const,
  )
  return new Map(await Promise.all(answers))
}
