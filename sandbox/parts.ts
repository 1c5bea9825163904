import type { Clock } from './clock/clock.ts'
import type { Coordinator } from './clock/coordinator.ts'
import type { Env } from './env.ts'
import type { Faults } from './faults/faults.ts'
import type { SandboxOptions } from './options.ts'
import type { ClockRecord } from './store/change.ts'
import type { Store } from './store/store.ts'
import type { Scheduler } from './timed/scheduler.ts'

/** The parts of a running sandbox that its control plane works with. */
export type SandboxParts = {
  env: Env
  store: Store
  clock: Clock
  scheduler: Scheduler
  coordinator: Coordinator
  faults: Faults
  options: SandboxOptions
  /** Changes the clock and does what that makes due. */
  setClock(change: { now?: number; speed?: ClockRecord['speed']; until?: number | null }): void
}
