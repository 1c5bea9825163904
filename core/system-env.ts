import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, Env, Machine, Random } from './env.ts'

/** Machine time of this computer. */
export const systemMachine: Machine = {
  nowMs: () => performance.now(),
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal ? { signal } : {})
  },
}

/** The computer's own wall clock. */
export const systemClock: Clock = { now: () => new Date(Date.now()) }

/** The operating system's random generator. */
export const systemRandom: Random = { bytes: (length) => randomBytes(length) }

/** The real world, with the business clock given: the wall clock, or the sandbox's. */
export const systemEnv = (clock: Clock = systemClock): Env => ({
  clock,
  machine: systemMachine,
  random: systemRandom,
  fetch,
})
