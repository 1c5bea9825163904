import type { FollowRequest, FollowState } from './control-plane.ts'
import type { ShopEnv } from './env.ts'

/** Without a next round (the platform is gone) the worker goes on after this and meets what is there. */
const confirmWithinMs = 2_000
/** Timers beyond this are set again: node's own limit is 2^31-1 ms. */
const timerMaxMs = 3_600_000

interface Waiter {
  readonly atMs: number
  readonly resolve: () => void
}

/**
 * The clock as the last poll told it, and the one worker that waits for it. While time jumps, the worker is not let through
 * at the first news of an instant: the platform may hear of it a moment later and would date a sale before its time. The
 * sandbox opens a round only after the one before was answered by everyone, so the next round tells that all have heard.
 */
export class Gate {
  #state: FollowState = { version: 0, now_ms: 0, speed: 0 }
  #anchorMs = 0
  #working = true
  #activity = 0
  #waiter: Waiter | null = null
  #idle: (() => void) | null = null
  #conditions: Array<() => boolean> = []
  #timer = new AbortController()
  /** The first round in which the worker's instant had come. */
  #ripe: { version: number; round: number | null } | null = null
  readonly #env: ShopEnv

  constructor(env: ShopEnv) {
    this.#env = env
  }

  nowMs(): number {
    return Math.floor(this.#state.now_ms + (this.#env.machine.nowMs() - this.#anchorMs) * this.#rate())
  }

  speed(): FollowState['speed'] {
    return this.#state.speed
  }

  #rate(): number {
    const { speed } = this.#state
    if (speed === 'machine') return 1
    return speed === 'max' ? 0 : speed
  }

  /** Takes over a state of the clock; wakes the worker before anything else can be answered. */
  move(state: FollowState): void {
    this.#state = state
    this.#anchorMs = this.#env.machine.nowMs()
    this.#conditions = this.#conditions.filter((check) => !check())
    this.#wakeOrTime()
  }

  reach(atMs: number): Promise<void> {
    if (this.#waiter !== null) throw new Error('two workers wait at one gate')
    if (this.nowMs() >= atMs) return Promise.resolve()
    const reached = new Promise<void>((resolve) => {
      this.#waiter = { atMs, resolve }
    })
    this.rest()
    this.#wakeOrTime()
    return reached
  }

  rest(): void {
    this.#working = false
    this.#activity += 1
    this.#idle?.()
    this.#idle = null
  }

  until(condition: (clock: FollowState) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): boolean => {
        const met = condition(this.#state)
        if (met) resolve()
        return met
      }
      if (!check()) this.#conditions.push(check)
    })
  }

  /** Resolves when the worker waits. */
  idle(): Promise<void> {
    if (!this.#working) return Promise.resolve()
    return new Promise((resolve) => {
      this.#idle = resolve
    })
  }

  answer(round: number): NonNullable<FollowRequest['answer']> {
    return {
      round,
      quiet: !this.#working,
      activity: String(this.#activity),
      next_due_ms: this.#waiter?.atMs ?? null,
    }
  }

  stop(): void {
    this.#timer.abort()
    this.#idle?.()
  }

  #wakeOrTime(): void {
    this.#timer.abort()
    if (this.#waiter === null) return
    const leftMs = this.#waiter.atMs - this.nowMs()
    const rate = this.#rate()
    if (leftMs > 0) {
      if (rate > 0) this.#after(Math.min(timerMaxMs, Math.ceil(leftMs / rate)), () => this.#wakeOrTime())
    } else if (this.#state.speed !== 'max' || this.#everyoneKnows()) this.#wake()
    else this.#after(confirmWithinMs, () => this.#wake())
  }

  #everyoneKnows(): boolean {
    const { version, round = null } = this.#state
    if (this.#ripe?.version !== version || this.#ripe.round === null) {
      this.#ripe = { version, round }
      return false
    }
    return round !== null && round !== this.#ripe.round
  }

  #wake(): void {
    const waiter = this.#waiter
    this.#waiter = null
    this.#ripe = null
    this.#working = true
    waiter?.resolve()
  }

  #after(ms: number, job: () => void): void {
    const timer = new AbortController()
    this.#timer = timer
    void this.#env.machine.wait(ms, timer.signal).then(() => {
      if (!timer.signal.aborted) job()
    })
  }
}
