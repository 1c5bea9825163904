import type { Deps, Service } from '#core/service.ts'
import { CATALOGUE } from './catalogue.ts'
import { INHIBITIONS } from './catalogue/inhibitions.ts'
import { startDeliveries } from './deliveries/worker.ts'
import { checkCatalogue } from './engine/check-catalogue.ts'
import { createEngine, type EngineParts } from './engine/engine.ts'
import type { Tick } from './engine/evaluate-once.ts'
import { startTickLoop, type Turn } from './engine/tick-loop.ts'
import { startHeartbeat } from './heartbeat/call-outside.ts'
import { composeNotice } from './notices/compose-notice.ts'
import { addressesOf } from './people/addresses-of.ts'
import { policyOf } from './people/policy-of.ts'
import { reportGaps } from './people/report-gaps.ts'
import { endOfLook, lookAtDependencies } from './measures/probes.ts'

/** The product's own: the whole catalogue, and people by shop.yaml. */
export const ENGINE_PARTS: EngineParts = {
  catalogue: CATALOGUE,
  inhibitions: INHIBITIONS,
  compose: composeNotice,
  policyOf,
  addressesOf,
}

/** Messages are sent as soon as they are committed; losing this costs a second, for the sweep finds them. */
const wakeSenders = (deps: Deps, tick: Tick | null): void => {
  if (tick?.did === 'evaluated' && tick.told.some(({ messages }) => messages.length > 0))
    deps.wakeups.wake('alerts')
}

/** A rule's first failure is an increase only where it stood at 0 before. */
const showAtZero = ({ metrics }: Deps, { catalogue }: EngineParts): void => {
  for (const { name: rule } of catalogue)
    for (const result of ['answered', 'failed']) metrics.alertEvaluations.inc({ rule, result }, 0)
}

/** Counts what came of a turn, and of each rule that was asked. */
const countTurn = ({ metrics }: Deps, { catalogue }: EngineParts, turn: Turn, tick: Tick | null): void => {
  metrics.alertTicks.inc({ result: turn })
  if (tick?.did !== 'evaluated') return
  metrics.alertEvaluationDuration.observe(tick.tookMs / 1_000)
  const blind = new Set(tick.blind)
  for (const { name } of catalogue)
    metrics.alertEvaluations.inc({ rule: name, result: blind.has(name) ? 'failed' : 'answered' })
}

/**
 * Starts the alerting: the engine, which evaluates the catalogue every five seconds wherever it leads, and the senders of what it
 * writes (docs/alerting.md). Throws `config_invalid` when the catalogue cannot be evaluated. It never keeps the sandbox's clock
 * from jumping: nobody is woken by a clock that races.
 */
export const startAlerting = async (deps: Deps, parts: EngineParts = ENGINE_PARTS): Promise<Service> => {
  reportGaps(deps)
  checkCatalogue(parts.catalogue)
  showAtZero(deps, parts)
  const deliveries = startDeliveries(deps)
  const heartbeat = startHeartbeat(deps)
  const engine = createEngine(deps, parts)
  const loop = startTickLoop(engine, {
    onTurn: (turn: Turn, tick) => {
      countTurn(deps, parts, turn, tick)
      wakeSenders(deps, tick)
      // Also where another process leads, and where no evaluation is possible: the second path reads dependency_up.
      if (turn !== 'unsteady') void lookAtDependencies(deps)
      // Who does not lead does not know: what it saw last is not how it is.
      if (turn === 'stood_by') deps.metrics.ledgerImbalance.reset()
    },
  })
  return Promise.resolve({
    name: 'alerting',
    open: async () => Promise.resolve(0),
    enqueueDue: async () => Promise.resolve(),
    nextDue: async () => Promise.resolve(null),
    stop: async () => {
      await loop.stop()
      await endOfLook(deps)
      await heartbeat.stop()
      await deliveries.stop()
    },
  })
}
