import { machineEnv } from '../env.ts'
import type { ShopEnv } from '../env.ts'

/** The real machine, with what is said kept for the test to read. */
export function realEnv(): ShopEnv & { said: string[] } {
  const said: string[] = []
  return { ...machineEnv(() => 0.5), say: (line) => said.push(line), said }
}

/** A machine on which waiting costs nothing: each wait moves its clock on at once and is written down. */
export function hastyEnv(): ShopEnv & { waits: number[] } {
  const waits: number[] = []
  let nowMs = 0
  const machine = {
    nowMs: () => nowMs,
    wait: async (ms: number) => {
      waits.push(ms)
      nowMs += ms
    },
    timeout: (ms: number) => AbortSignal.timeout(ms),
  }
  return { machine, random: () => 0.5, say: () => undefined, waits }
}
