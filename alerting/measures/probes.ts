import type { Deps } from '#core/service.ts'
import type { Measure, Reading } from '../domain/rule.ts'
import { remember, stateOf, type ProbeAnswer, type ProbeState } from './probe-memory.ts'
import { ANSWER_WITHIN_MS, questionsOf, type AvailableBalance, type Questions } from './probe-questions.ts'

/** Machine time between two looks at a dependency. */
export const PROBE_EVERY_MS = 10_000

type ProbeDeps = Pick<Deps, 'env' | 'db' | 'clickhouse' | 'stripe' | 'notify' | 'metrics' | 'log'>

/** What Stripe said it holds, and when. */
interface KnownBalance {
  readonly available: AvailableBalance
  readonly atMs: number
}

/** What this process remembers of its dependencies. */
interface Prober {
  readonly questions: Questions
  readonly answers: Map<string, readonly ProbeAnswer[]>
  balance: KnownBalance | null
  askedAtMs: number | null
  running: Promise<void> | null
}

/** One memory per database handle, so per platform: copies of `deps` with another logger share it. */
const probers = new WeakMap<object, Prober>()

const proberOf = (deps: ProbeDeps): Prober => {
  const known = probers.get(deps.db)
  if (known) return known
  const made: Prober = {
    questions: questionsOf(deps, (available) => {
      made.balance = { available, atMs: deps.env.machine.nowMs() }
    }),
    answers: new Map(),
    balance: null,
    askedAtMs: null,
    running: null,
  }
  probers.set(deps.db, made)
  return made
}

const within = async ({ env }: ProbeDeps, work: Promise<void>): Promise<void> => {
  const aborted = new AbortController()
  const tooLate = env.machine.sleep(ANSWER_WITHIN_MS, aborted.signal).then(() => {
    throw new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)
  })
  // The loser of the race is no unhandled rejection.
  tooLate.catch(() => undefined)
  work.catch(() => undefined)
  await Promise.race([work, tooLate]).finally(() => aborted.abort())
}

const askOne = async (deps: ProbeDeps, prober: Prober, name: string, ask: () => Promise<void>) => {
  const { machine } = deps.env
  const atMs = machine.nowMs()
  let why: string | null = null
  try {
    await within(deps, ask())
  } catch (error) {
    why = 'does not answer'
    deps.log.warn({ err: error, dependency: name }, 'dependency does not answer')
  }
  deps.metrics.dependencyUp.set({ dependency: name }, why === null ? 1 : 0)
  const answer = { isUp: why === null, atMs, tookMs: machine.nowMs() - atMs, why }
  prober.answers.set(name, remember(prober.answers.get(name) ?? [], answer))
}

const askAll = async (deps: ProbeDeps, prober: Prober): Promise<void> => {
  const all = Object.entries(prober.questions)
  await Promise.all(all.map(async ([name, ask]) => askOne(deps, prober, name, ask)))
}

/**
 * Looks at every dependency when the last look is 10 s of machine time ago, and does not wait for the answers: a dependency
 * that hangs must not hold up an evaluation. Only the very first look is waited for. Never throws; call it each tick, also in
 * a process that does not lead, so that `dependency_up` tells of every process.
 */
export const lookAtDependencies = async (deps: ProbeDeps): Promise<readonly ProbeState[]> => {
  const prober = proberOf(deps)
  const nowMs = deps.env.machine.nowMs()
  const isDue = prober.askedAtMs === null || nowMs - prober.askedAtMs >= PROBE_EVERY_MS
  if (isDue && prober.running === null) {
    prober.askedAtMs = nowMs
    prober.running = askAll(deps, prober).finally(() => {
      prober.running = null
    })
  }
  if (prober.answers.size === 0) await prober.running
  return Object.keys(prober.questions)
    .map((name) => stateOf(name, prober.answers.get(name) ?? [], deps.env.machine.nowMs()))
    .filter((state) => state !== undefined)
}

/** Waits for the look that is under way, if one is: for whoever ends the process, and for tests. */
export const endOfLook = async (deps: ProbeDeps): Promise<void> => {
  await proberOf(deps).running
}

/** What Stripe last said that it holds for us, or null when it did not say so within the last five minutes. */
export const knownBalance = (deps: ProbeDeps): AvailableBalance | null => {
  const { balance } = proberOf(deps)
  const isFresh = balance !== null && deps.env.machine.nowMs() - balance.atMs < 5 * 60_000
  return isFresh ? balance.available : null
}

/** How one dependency answers, as alerts see it. */
export interface ProbeReading extends Reading, Omit<ProbeState, 'dependency'> {}

/** The probes of the named dependencies, one reading each, labelled `dependency`; what is not configured has none. */
export const probeMeasure = (name: string, dependencies: readonly string[]): Measure<ProbeReading> => ({
  name,
  from: 'probe',
  read: async (deps) =>
    (await lookAtDependencies(deps))
      .filter(({ dependency }) => dependencies.includes(dependency))
      .map(({ dependency, ...state }) => ({ labels: { dependency }, ...state })),
})
