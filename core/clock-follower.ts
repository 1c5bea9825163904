import { z } from 'zod'
import type { Clock, Machine } from './env.ts'

/** What a process answers when the sandbox asks whether time may jump. */
export interface Quietness {
  /** True when everything due at the present instant was done and nothing is open. */
  readonly quiet: boolean
  /** Changes whenever this process did any work. */
  readonly activity: string
  readonly nextDue: Date | null
}

export interface FollowOptions {
  readonly sandboxUrl: string
  readonly follower: string
  readonly machine: Machine
  readonly fetch: typeof fetch
  /** Called after each change of the clock, before any question is answered. */
  readonly onMove: (now: Date) => Promise<void>
  readonly askQuiet: () => Promise<Quietness>
  readonly onError: (error: unknown) => void
}

export interface ClockFollower {
  readonly clock: Clock
  /** Starts answering the sandbox; before it the clock is read, but time in `max` waits for us. */
  start(): void
  stop(): Promise<void>
}

const stateSchema = z.object({
  version: z.number(),
  now_ms: z.number(),
  speed: z.union([z.number(), z.literal('max'), z.literal('machine')]),
  round: z.number().nullable().optional(),
})
type ClockState = z.infer<typeof stateSchema>

/** A held poll is answered within 10 s; twice that means the sandbox is gone. */
const POLL_TIMEOUT_MS = 20_000
const RETRY_MS = 200

const rateOf = (speed: ClockState['speed']): number => (speed === 'machine' ? 1 : speed === 'max' ? 0 : speed)

/** The follower's clock: the sandbox's instant, moved on by machine time at the sandbox's speed; it never goes back. */
const createFollowedClock = (machine: Machine) => {
  let anchor = { ms: Number.NEGATIVE_INFINITY, at: 0, rate: 0 }
  const nowMs = () => Math.floor(anchor.ms + (machine.nowMs() - anchor.at) * anchor.rate)
  return {
    clock: { now: () => new Date(nowMs()), isSteady: () => anchor.rate === 1, isSimulated: true },
    set: (state: ClockState) => {
      anchor = { ms: Math.max(state.now_ms, nowMs()), at: machine.nowMs(), rate: rateOf(state.speed) }
    },
  }
}

/**
 * Follows the sandbox's clock (architecture §6). Resolves when the present instant is known. While the sandbox is away the
 * clock goes on at its last speed and `onError` hears of it.
 */
export const followClock = async (options: FollowOptions): Promise<ClockFollower> => {
  const { clock, set } = createFollowedClock(options.machine)
  const first = stateSchema.parse(
    await (await options.fetch(new URL('/_sandbox/clock', options.sandboxUrl))).json(),
  )
  set(first)
  const aborted = new AbortController()
  let running: Promise<void> | undefined
  let seen = 0
  let answer: Record<string, unknown> | undefined

  const poll = async (): Promise<ClockState> => {
    const response = await options.fetch(new URL('/_sandbox/clock/follow', options.sandboxUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        follower: options.follower,
        role: 'platform',
        seen,
        ...(answer ? { answer } : {}),
      }),
      signal: AbortSignal.any([aborted.signal, AbortSignal.timeout(POLL_TIMEOUT_MS)]),
    })
    return stateSchema.parse(await response.json())
  }

  const handle = async (state: ClockState): Promise<void> => {
    answer = undefined
    if (state.version !== seen) {
      set(state)
      seen = state.version
      await options.onMove(clock.now())
    }
    if (typeof state.round !== 'number') return
    const { quiet, activity, nextDue } = await options.askQuiet()
    answer = { round: state.round, quiet, activity, next_due_ms: nextDue?.getTime() ?? null }
  }

  const loop = async (): Promise<void> => {
    while (!aborted.signal.aborted) {
      try {
        await handle(await poll())
      } catch (error) {
        if (aborted.signal.aborted) return
        options.onError(error)
        await options.machine.sleep(RETRY_MS, aborted.signal).catch(() => undefined)
      }
    }
  }

  return {
    clock,
    start: () => {
      running ??= loop()
    },
    stop: async () => {
      aborted.abort()
      await running
    },
  }
}
