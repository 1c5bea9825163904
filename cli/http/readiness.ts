import type { Deps } from '#core/service.ts'

/** How one dependency answers. `degraded`: payments go on without it. */
export interface DependencyState {
  readonly name: string
  readonly status: 'up' | 'degraded' | 'down'
  readonly latency_ms: number
  readonly detail?: string
}

export interface Readiness {
  readonly status: 'ok' | 'degraded' | 'unavailable'
  readonly dependencies: readonly DependencyState[]
}

interface Probe {
  readonly name: string
  /** What a failure means: without Postgres no payment can be accepted. */
  readonly onFailure: 'down' | 'degraded'
  readonly ask: () => Promise<unknown>
}

const ANSWER_WITHIN_MS = 3_000

const probesOf = ({ db, clickhouse, stripe }: Deps): Probe[] => [
  { name: 'postgres', onFailure: 'down', ask: async () => db.rows('SELECT 1') },
  { name: 'clickhouse', onFailure: 'degraded', ask: async () => clickhouse.rows('SELECT 1') },
  {
    name: 'stripe',
    onFailure: 'degraded',
    ask: async () => stripe.balance.retrieve({}, { timeout: ANSWER_WITHIN_MS, maxNetworkRetries: 0 }),
  },
]

const within = async (deps: Deps, work: Promise<unknown>): Promise<void> => {
  const aborted = new AbortController()
  const tooLate = deps.env.machine.sleep(ANSWER_WITHIN_MS, aborted.signal).then(() => {
    throw new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)
  })
  // The loser of the race is not an unhandled rejection.
  tooLate.catch(() => undefined)
  await Promise.race([work, tooLate]).finally(() => aborted.abort())
}

const probe = async (deps: Deps, { name, onFailure, ask }: Probe): Promise<DependencyState> => {
  const from = deps.env.machine.nowMs()
  const latency = () => Math.round(deps.env.machine.nowMs() - from)
  try {
    await within(deps, ask())
    deps.metrics.dependencyUp.set({ dependency: name }, 1)
    return { name, status: 'up', latency_ms: latency() }
  } catch (error) {
    deps.metrics.dependencyUp.set({ dependency: name }, 0)
    deps.log.warn({ err: error, dependency: name }, 'dependency does not answer')
    return { name, status: onFailure, latency_ms: latency(), detail: 'does not answer' }
  }
}

/** Asks each dependency once, side by side, at most 3 s each. */
export const readiness = async (deps: Deps): Promise<Readiness> => {
  const dependencies = await Promise.all(probesOf(deps).map(async (one) => probe(deps, one)))
  const worst = dependencies.some(({ status }) => status === 'down')
    ? 'unavailable'
    : dependencies.some(({ status }) => status === 'degraded')
      ? 'degraded'
      : 'ok'
  return { status: worst, dependencies }
}
