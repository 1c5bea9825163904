import { newId } from '#core/ids.ts'
import type { Deps } from '#core/service.ts'
import type { Address } from '../deliveries/add-deliveries.ts'
import type { GroupPolicy } from '../domain/incident.ts'
import type { Inhibition } from '../domain/inhibit.ts'
import type { AlertRule } from '../domain/rule.ts'
import type { NoticeInput } from '../notices/notice-input.ts'
import type { Notice } from '../messages/notice.ts'
import type { About } from '../people/addresses-of.ts'

/** What the engine works with; tests hand in a small catalogue of their own. */
export interface EngineParts {
  readonly catalogue: readonly AlertRule[]
  readonly inhibitions: readonly Inhibition[]
  readonly compose: (deps: Deps, input: NoticeInput) => Promise<Notice>
  readonly policyOf: (shop: Deps['shop'], rule: AlertRule) => GroupPolicy
  readonly addressesOf: (
    shop: Deps['shop'],
    notify: Deps['notify'],
    audiences: readonly string[],
    about: About,
  ) => readonly Address[]
}

/** What an engine saw of the lease, by its own machine time: no clock of anybody else's is trusted. */
export interface SeenLease {
  readonly term: bigint
  readonly beat: bigint
  /** The leader's business clock at that beat. */
  readonly clockAt: Date | null
  /** Our machine time when it was there first. */
  readonly sinceMs: number
  /** How much later than the beat we may have seen it; null when we cannot know. */
  readonly lateMs: number | null
}

/** What one process remembers between ticks; losing it costs nothing but a wait for the lease. */
export interface EngineMemory {
  lease: SeenLease | null
  /** The term that is ours while we lead. */
  term: bigint | null
  /** The clock did not run as machine time does for a while since the last tick. */
  stoodBy: boolean
  /** Measures that have not answered yet, by name: they are not asked again meanwhile. */
  readonly asking: Set<string>
  /** Rules that could not ask at the last evaluation, by name. */
  blind: ReadonlySet<string>
  /** Machine time of the last evaluation that was stored with its quiet alerts. */
  wholeMs: number
  /** Machine time of the last look for what is too old. */
  tidiedMs: number
}

export interface Engine extends EngineParts {
  readonly deps: Deps
  /** Names this process in the lease and in what it evaluated. */
  readonly me: string
  readonly memory: EngineMemory
}

/** An engine that has not looked at anything yet. */
export const createEngine = (deps: Deps, parts: EngineParts): Engine => ({
  ...parts,
  deps,
  me: newId(deps.env, 'engine'),
  memory: {
    lease: null,
    term: null,
    stoodBy: false,
    asking: new Set(),
    blind: new Set(),
    wholeMs: Number.NEGATIVE_INFINITY,
    tidiedMs: deps.env.machine.nowMs(),
  },
})
