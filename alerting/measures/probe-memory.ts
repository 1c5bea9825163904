/** What one look at a dependency came to. */
export interface ProbeAnswer {
  readonly isUp: boolean
  /** Monotonic machine time of the beginning, milliseconds. */
  readonly atMs: number
  readonly tookMs: number
  /** Stable and short; null while it answers. Never what the dependency itself said: that may name people or secrets. */
  readonly why: string | null
}

/** How a dependency answered lately. */
export interface ProbeState {
  readonly dependency: string
  /** Of the last looks, how many failed in a row; 0 when the last one was answered. */
  readonly failuresInARow: number
  /** Since the first failure of that row, milliseconds of machine time; 0 when the last look was answered. */
  readonly failingForMs: number
  /** Times to answer within the memory, oldest first; failures count with the time that was waited. */
  readonly tookMs: readonly number[]
  readonly why: string | null
}

/** Looks older than this are forgotten, but for those of an outage that still lasts. */
const REMEMBER_MS = 5 * 60_000

const failuresAtEnd = (answers: readonly ProbeAnswer[]): readonly ProbeAnswer[] =>
  answers.slice(answers.findLastIndex(({ isUp }) => isUp) + 1)

/** Adds a look; forgets what is older than five minutes and is no part of a row of failures that still lasts. */
export const remember = (answers: readonly ProbeAnswer[], answer: ProbeAnswer): readonly ProbeAnswer[] => {
  const all = [...answers, answer]
  const [firstFailure] = failuresAtEnd(all)
  const recent = all.filter(({ atMs }) => atMs > answer.atMs - REMEMBER_MS)
  return firstFailure === undefined || recent.includes(firstFailure) ? recent : [firstFailure, ...recent]
}

/** What the remembered looks say at `nowMs`; undefined before the first one. */
export const stateOf = (
  dependency: string,
  answers: readonly ProbeAnswer[],
  nowMs: number,
): ProbeState | undefined => {
  const last = answers.at(-1)
  if (last === undefined) return undefined
  const failures = failuresAtEnd(answers)
  const [first] = failures
  return {
    dependency,
    failuresInARow: failures.length,
    failingForMs: first === undefined ? 0 : Math.max(0, nowMs - first.atMs),
    tookMs: answers.map(({ tookMs }) => tookMs),
    why: last.why,
  }
}
