import { setTimeout as wait } from 'node:timers/promises'

/** Machine time: time-outs, back-off and progress. The shop's own dates come from the sandbox's clock, never from here. */
export interface Machine {
  /** Milliseconds since epoch. */
  nowMs(): number
  /** Resolves after `ms`; at once, without an error, when the signal is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
  /** A signal that aborts after `ms`. */
  timeout(ms: number): AbortSignal
}

/** All that comes in from outside besides HTTP. */
export interface ShopEnv {
  readonly machine: Machine
  /** Seeded: numbers in [0, 1) for jitter. */
  readonly random: () => number
  /** One line for the person who watches (standard error). */
  readonly say: (line: string) => void
}

/** The real machine with a seeded generator. */
export function machineEnv(random: () => number): ShopEnv {
  return {
    machine: {
      nowMs: () => Date.now(),
      wait: async (ms, signal) => {
        try {
          await wait(ms, undefined, signal === undefined ? {} : { signal })
        } catch (error) {
          if (signal?.aborted !== true) throw error
        }
      },
      timeout: (ms) => AbortSignal.timeout(ms),
    },
    random,
    say: (line) => process.stderr.write(`${line}\n`),
  }
}

/** The gateway token: in the environment rather than on the command line, where everybody could read it. */
export function tokenOfEnvironment(): string | undefined {
  return process.env['TILLWATCH_TOKEN']
}
