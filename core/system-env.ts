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
export const systemClock: Clock = { now: () => new Date(Date.now()), isSteady: () => true }

const POOL_BYTES = 4_096

/** The operating system's random generator, asked for many bytes at once: ids take 16, and each question costs as much. */
const pooledRandom = (): Random => {
  let pool = new Uint8Array(0)
  let used = 0
  return {
    bytes: (length) => {
      if (length > POOL_BYTES) return randomBytes(length)
      if (used + length > pool.length) {
        pool = new Uint8Array(randomBytes(POOL_BYTES))
        used = 0
      }
      used += length
      // A copy: what is given out once is nowhere else, and nobody who writes into it reaches the rest.
      return pool.slice(used - length, used)
    },
  }
}

export const systemRandom: Random = pooledRandom()

/** The real world, with the business clock given: the wall clock, or the sandbox's. */
export const systemEnv = (clock: Clock = systemClock): Env => ({
  clock,
  machine: systemMachine,
  random: systemRandom,
  fetch,
  wall: systemClock,
})
