import type { ControlPlane, FollowState } from './control-plane.ts'
import type { ShopEnv } from './env.ts'
import { Gate } from './gate.ts'
import { NoAnswer } from './http.ts'

/** The sandbox's clock as its driver sees it, and the gate at which the shop's one worker waits for time. */
export interface Driver {
  /** The clock's instant: exact while it stands, else moved on by machine time at the clock's speed (never ahead of it). */
  nowMs(): number
  speed(): FollowState['speed']
  /**
   * The worker is done until `atMs`: resolves when the clock has got there. In between the shop answers "quiet, next due
   * atMs"; from then on "not quiet" until the next call. One worker only: a second wait at the same time throws.
   */
  reach(atMs: number): Promise<void>
  /** Resolves when the worker is finished for good: the shop is quiet with nothing due. */
  rest(): void
  /** Resolves at the first clock state (also the present one) that satisfies the condition. */
  until(condition: (clock: FollowState) => boolean): Promise<void>
}

export interface DriverOptions {
  readonly name: string
  readonly control: ControlPlane
  readonly env: ShopEnv
  readonly signal: AbortSignal
  /** Machine time after which a sandbox that stays away ends the following with NoAnswer; Infinity = never. */
  readonly patienceMs: number
}

/** A follower is dropped when its poll is absent for 5 s, so a busy shop says "not quiet" well before. */
const answerWithinMs = 2_500
const retryMs = 200
/**
 * Registers as a driver of the sandbox's clock and runs `work` under it; ends with it. Rejects with the error of the
 * work, or with NoAnswer when the sandbox stays away longer than the patience. The first state is known when `work` starts.
 */
export async function drive<T>(options: DriverOptions, work: (driver: Driver) => Promise<T>): Promise<T> {
  const ended = new AbortController()
  const gate = new Gate(options.env)
  const driver: Driver = {
    nowMs: () => gate.nowMs(),
    speed: () => gate.speed(),
    reach: (atMs) => gate.reach(atMs),
    rest: () => gate.rest(),
    until: (condition) => gate.until(condition),
  }
  const following = { ...options, signal: AbortSignal.any([options.signal, ended.signal]) }
  const first = await firstState(following)
  gate.move(first)
  const poll = pollOn(following, gate, first)
  try {
    return await Promise.race([
      work(driver),
      poll.then(() => Promise.reject(new NoAnswer('the shop was stopped'))),
    ])
  } finally {
    ended.abort()
    gate.stop()
    await poll.catch(() => undefined)
  }
}

async function firstState(options: DriverOptions): Promise<FollowState> {
  const startedAtMs = options.env.machine.nowMs()
  for (;;) {
    try {
      return await options.control.follow({ follower: options.name, role: 'driver', seen: 0 }, options.signal)
    } catch (error) {
      await waitOrThrow(options, error, startedAtMs)
    }
  }
}

async function pollOn(options: DriverOptions, gate: Gate, first: FollowState): Promise<void> {
  const { env, signal, control, name } = options
  let state = first
  let answeredAtMs = env.machine.nowMs()
  while (!signal.aborted) {
    const round = state.round ?? null
    if (round !== null) await idleOrLate(env, gate)
    try {
      const answer = round === null ? {} : { answer: gate.answer(round) }
      state = await control.follow({ follower: name, role: 'driver', seen: state.version, ...answer }, signal)
      answeredAtMs = env.machine.nowMs()
      gate.move(state)
    } catch (error) {
      if (signal.aborted) return
      await waitOrThrow(options, error, answeredAtMs)
      // Without its answer the open round is asked again.
      state = { ...state, round: null }
    }
  }
}

async function idleOrLate(env: ShopEnv, gate: Gate): Promise<void> {
  const inTime = new AbortController()
  const late = env.machine.wait(answerWithinMs, inTime.signal)
  await Promise.race([gate.idle(), late])
  inTime.abort()
}

async function waitOrThrow(options: DriverOptions, error: unknown, sinceMs: number): Promise<void> {
  const { env, signal, patienceMs } = options
  if (!(error instanceof NoAnswer) || signal.aborted || env.machine.nowMs() - sinceMs >= patienceMs)
    throw error
  await env.machine.wait(retryMs, signal)
}
