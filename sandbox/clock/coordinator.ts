import type { Machine } from '../env.ts'
import type { Speed } from './clock.ts'
import type { Answer, Follower, News, Poll } from './followers.ts'
import { Followers } from './followers.ts'

/** How long a poll is held. */
const HOLD_MS = 10_000
/** Back-off after a round in which someone was busy. */
const BUSY_MS = 3
/** Back-off when everyone is quiet and nothing is due anywhere, or the next due moment is not in the future. */
const IDLE_MS = 20
/** How often absent followers are looked for while a round is open. */
const ABSENT_CHECK_MS = 1_000

/** What the coordinator needs of the rest of the sandbox. */
export type Surroundings = {
  machine: Machine
  clock: { now(): number; speed: Speed; until: number | null; version: number }
  /** No API call open and no delivery that is due unanswered. */
  isQuiet(): boolean
  /** Number of /v1 calls so far. */
  callCount(): number
  /** The sandbox's own next due moment. */
  nextDue(): number | null
  /** Moves the clock (version + 1) and runs the work due by then. */
  jump(toMs: number): void
  /** Ends the fast time: speed 0 (version + 1). */
  stand(): void
}

type Held = { follower: Follower; seen: number; done: (news: News) => void }
type Outcome = { calls: number; activities: string }

/**
 * Moves time in mode `max`: asks every follower in rounds whether it is quiet and jumps to the next due moment when two
 * successive rounds found everyone quiet, unchanged, and no API call came in between. One round would not do: work can
 * be on its way from a follower that has already answered to one that has, too.
 */
export class Coordinator {
  readonly followers: Followers
  readonly #around: Surroundings
  readonly #held = new Set<Held>()
  #round: number | null = null
  #rounds = 0
  #previous: Outcome | null = null
  #cancelTimer: (() => void) | null = null
  /** A short back-off is running; nothing that happens meanwhile shortens it. */
  #isBackingOff = false

  constructor(around: Surroundings) {
    this.#around = around
    this.followers = new Followers(around.machine)
  }

  /** One long poll of a follower: resolves on news or after ten seconds, and when `signal` says that it hung up. */
  follow(poll: Poll, signal?: AbortSignal): Promise<News> {
    const follower = this.followers.enter(poll)
    this.#take(follower, poll)
    return new Promise((resolve) => {
      const cancel = this.#around.machine.timer(HOLD_MS, () => held.done(this.#news()))
      const held: Held = {
        follower,
        seen: poll.seen,
        done: (news) => {
          cancel()
          this.#held.delete(held)
          this.followers.leave(follower)
          resolve(news)
        },
      }
      this.#held.add(held)
      signal?.addEventListener('abort', () => this.#held.has(held) && held.done(this.#news()), { once: true })
      this.poke()
      this.#release()
    })
  }

  /** Looks again whether time can move: after a call ended, a delivery was answered, the clock was changed. */
  poke(): void {
    if (this.#around.clock.speed !== 'max') {
      this.#round = null
      this.#previous = null
      this.#timer(null, 0)
      return
    }
    if (!this.#isBackingOff) this.#step()
  }

  /** Tells everyone who has not seen the newest version. */
  announce(): void {
    this.#release()
  }

  /** Ends every held poll, for the end of the process. */
  close(): void {
    this.#timer(null, 0)
    for (const held of [...this.#held]) held.done(this.#news())
  }

  #news(): News {
    const { version, speed } = this.#around.clock
    return { version, now_ms: this.#around.clock.now(), speed, round: this.#round }
  }

  #take(follower: Follower, poll: Poll): void {
    const { answer } = poll
    if (!answer || answer.round !== this.#round) return
    // Quiet about an older version says nothing about what this one made due.
    follower.answer = { ...answer, quiet: answer.quiet && poll.seen === this.#around.clock.version }
  }

  #release(): void {
    for (const held of [...this.#held]) {
      const asked = this.#round !== null && held.follower.answer === null
      if (asked || held.seen !== this.#around.clock.version) held.done(this.#news())
    }
  }

  #timer(job: (() => void) | null, ms: number): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
    this.#isBackingOff = false
    if (!job) return
    this.#isBackingOff = ms < ABSENT_CHECK_MS
    this.#cancelTimer = this.#around.machine.timer(ms, () => {
      this.#cancelTimer = null
      this.#isBackingOff = false
      job()
    })
  }

  #step(): void {
    const followers = this.followers.present()
    if (this.#round === null) {
      this.#open(followers)
      return
    }
    const answers = followers.map(({ answer }) => answer).filter((answer) => answer !== null)
    if (answers.length < followers.length) {
      if (this.#cancelTimer === null) this.#timer(() => this.#step(), ABSENT_CHECK_MS)
      return
    }
    this.#close(followers, answers)
  }

  #open(followers: Follower[]): void {
    const { clock } = this.#around
    const isDriven = clock.until !== null || followers.some(({ role }) => role === 'driver')
    if (!isDriven) {
      this.#around.stand()
      return
    }
    // Waits for a poke (a call ends, a delivery is answered) or, without a platform, for a follower.
    if (!this.#around.isQuiet() || !followers.some(({ role }) => role === 'platform')) {
      this.#previous = null
      this.#timer(() => this.#step(), ABSENT_CHECK_MS)
      return
    }
    for (const follower of followers) follower.answer = null
    this.#round = this.#rounds += 1
    this.#timer(() => this.#step(), ABSENT_CHECK_MS)
    this.#release()
  }

  #close(followers: Follower[], answers: readonly Answer[]): void {
    this.#round = null
    const outcome = {
      calls: this.#around.callCount(),
      activities: JSON.stringify(followers.map(({ name, answer }) => [name, answer?.activity]).sort()),
    }
    const isQuiet = this.#around.isQuiet() && answers.every(({ quiet }) => quiet)
    if (!isQuiet) {
      this.#previous = null
      this.#timer(() => this.#step(), BUSY_MS)
      return
    }
    const before = this.#previous
    this.#previous = outcome
    if (before?.calls === outcome.calls && before.activities === outcome.activities) this.#move(answers)
    else this.#open(followers)
  }

  #move(answers: readonly Answer[]): void {
    const { clock } = this.#around
    this.#previous = null
    const dues = [this.#around.nextDue(), ...answers.map(({ next_due_ms }) => next_due_ms)].filter(
      (due) => due !== null,
    )
    const due = dues.length > 0 ? Math.min(...dues) : null
    const { until } = clock
    if (until !== null && (due === null || due > until)) {
      if (until > clock.now()) this.#around.jump(until)
      this.#around.stand()
      return
    }
    if (due === null) {
      this.#timer(() => this.#step(), IDLE_MS)
      return
    }
    const stuck = due <= clock.now()
    this.#around.jump(Math.max(due, clock.now()))
    if (stuck) this.#timer(() => this.#step(), IDLE_MS)
    else this.#step()
    // After the next round is open: news of the instant and the question about it are one answer.
    this.#release()
  }
}
