import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'

/** Machine time: only for time-outs, holds, timers and as the source of the sandbox's clock in mode "machine". */
export type Machine = {
  /** Wall clock, milliseconds since epoch. */
  wall(): number
  /** Never goes back; milliseconds with a fraction. */
  monotonic(): number
  /** Runs `job` once after `ms`; the returned function cancels it. */
  timer(ms: number, job: () => void): () => void
}

export type Random = { bytes(count: number): Uint8Array }

/** What comes in from outside: nothing else in the sandbox reads a clock of the machine or makes randomness. */
export type Env = { machine: Machine; random: Random }

/** The real machine. */
export const machineEnv = (): Env => ({
  machine: {
    wall: () => Date.now(),
    monotonic: () => performance.now(),
    timer: (ms, job) => {
      const handle = setTimeout(job, ms)
      return () => clearTimeout(handle)
    },
  },
  random: { bytes: (count) => randomBytes(count) },
})
