import { setImmediate as yieldToOthers } from 'node:timers/promises'
import type { Deps } from './service.ts'
import type { WakeupName } from './queue.ts'

export interface DrainLoop {
  /** Asks for a look; many calls before it happens are one. */
  wake(): void
  /** Resolves when no look is running and none is asked for. */
  idle(): Promise<void>
  stop(): Promise<void>
}

/** The safety net under a lost wake-up. */
const SWEEP_MS = 1_000
/** Back-off after a failed look: doubling from the first to the last, each shortened by up to half at random. */
const BACK_OFF_FIRST_MS = 250
const BACK_OFF_LAST_MS = 15_000

/** How long to stay away after `failures` failed looks in a row; `random` is in [0, 1). */
export const backOffMs = (failures: number, random: number): number => {
  const full = Math.min(BACK_OFF_FIRST_MS * 2 ** Math.max(0, failures - 1), BACK_OFF_LAST_MS)
  return Math.round(full * (1 - random / 2))
}

/**
 * Calls `drain` after each wake-up and each second of machine time, one call at a time in this process; after a failure
 * it stays away for a growing while. `drain` does all the work there is and throws when what it depends on is away.
 */
export const startDrainLoop = (deps: Deps, name: WakeupName, drain: () => Promise<void>): DrainLoop => {
  const { machine, random } = deps.env
  const stopping = new AbortController()
  let asked = false
  let failures = 0
  let notBeforeMs = 0
  let running: Promise<void> | undefined

  const look = async (): Promise<void> => {
    const startedMs = machine.nowMs()
    try {
      await drain()
      failures = 0
    } catch (error) {
      failures += 1
      deps.metrics.queueFailed.inc({ queue: name })
      const share = (random.bytes(1)[0] ?? 0) / 256
      notBeforeMs = machine.nowMs() + backOffMs(failures, share)
      deps.log.warn({ err: error, loop: name, failures }, 'look failed; it is repeated')
    }
    deps.metrics.queueDuration.observe({ queue: name }, (machine.nowMs() - startedMs) / 1_000)
  }
  const run = async (): Promise<void> => {
    while (asked && !stopping.signal.aborted) {
      if (machine.nowMs() < notBeforeMs) return
      asked = false
      await look()
      await yieldToOthers()
    }
  }
  const wake = (): void => {
    asked = true
    running ??= run().finally(() => {
      running = undefined
      // Asked between the last test of the loop and here.
      if (asked && machine.nowMs() >= notBeforeMs && !stopping.signal.aborted) wake()
    })
  }
  const idle = async (): Promise<void> => {
    while (running) await running
  }
  const sweep = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await machine.sleep(SWEEP_MS, stopping.signal).catch(() => undefined)
      if (!stopping.signal.aborted) wake()
    }
  }
  const sweeping = sweep()
  deps.wakeups.listen(name, async () => {
    wake()
    await idle()
  })
  return {
    wake,
    idle,
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await Promise.all([sweeping, idle()])
    },
  }
}
