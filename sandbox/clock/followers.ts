import type { Machine } from '../env.ts'

export type Role = 'platform' | 'driver'
export type Answer = { round: number; quiet: boolean; activity: string; next_due_ms: number | null }
export type Poll = { follower: string; role: Role; seen: number; answer?: Answer | undefined }
export type News = {
  version: number
  now_ms: number
  speed: 'machine' | 'max' | number
  round: number | null
}

/** A follower whose poll is absent longer than this is dropped. */
const ABSENT_MS = 5_000

export type Follower = {
  name: string
  role: Role
  /** Answer to the round open now. */
  answer: Answer | null
  polling: number
  lastSeen: number
}

/** Who follows the clock, by name. */
export class Followers {
  readonly #machine: Machine
  readonly #byName = new Map<string, Follower>()

  constructor(machine: Machine) {
    this.#machine = machine
  }

  /** Notes the start of a poll. */
  enter(poll: Poll): Follower {
    const known = this.#byName.get(poll.follower)
    const follower = known ?? { name: poll.follower, role: poll.role, answer: null, polling: 0, lastSeen: 0 }
    this.#byName.set(poll.follower, follower)
    follower.role = poll.role
    follower.polling += 1
    follower.lastSeen = this.#machine.monotonic()
    return follower
  }

  /** Notes the end of a poll. */
  leave(follower: Follower): void {
    follower.polling -= 1
    follower.lastSeen = this.#machine.monotonic()
  }

  /** Those still there; drops the others. */
  present(): Follower[] {
    for (const follower of this.#byName.values()) {
      const absent = follower.polling === 0 && this.#machine.monotonic() - follower.lastSeen > ABSENT_MS
      if (absent) this.#byName.delete(follower.name)
    }
    return [...this.#byName.values()]
  }
}
