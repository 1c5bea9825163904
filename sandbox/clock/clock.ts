import type { Machine } from '../env.ts'
import type { ClockRecord } from '../store/change.ts'
import type { Store } from '../store/store.ts'

export type Speed = ClockRecord['speed']

/** Sandbox time per machine time while the clock runs by itself. */
const rateOf = (speed: Speed): number => (speed === 'machine' ? 1 : speed === 'max' ? 0 : speed)

/** How far ahead, in machine time, the record of a running clock reaches; a kill -9 skips at most this much. */
const AHEAD_MS = 5_000

/** The sandbox's time in milliseconds since epoch. It never goes back, also not over a restart. */
export class Clock {
  readonly #store: Store
  readonly #machine: Machine
  #record: ClockRecord
  #anchor: number
  #isClosed = false

  /** Goes on from the stored record; `startMs` counts only in a folder without one. */
  constructor(store: Store, machine: Machine, startMs: number | null) {
    this.#store = store
    this.#machine = machine
    this.#anchor = machine.monotonic()
    const stored = store.state.clock
    // In `max` a driver has to ask again: after a restart no one knows whether it is still there.
    if (stored) {
      const { ahead = 0, ...record } = stored
      const now = Math.max(stored.now, ahead, store.state.last_ms)
      this.#record = {
        ...record,
        now,
        speed: stored.speed === 'max' ? 0 : stored.speed,
        version: stored.version + 1,
      }
    } else {
      const speed = startMs === null ? 'machine' : 1
      this.#record = { now: startMs ?? machine.wall(), speed, until: null, version: 1, moved: false }
    }
    this.#write()
  }

  get speed(): Speed {
    return this.#record.speed
  }

  get until(): number | null {
    return this.#record.until
  }

  /** Grows at each change and jump. */
  get version(): number {
    return this.#record.version
  }

  get moved(): boolean {
    return this.#record.moved
  }

  /** The present instant. Whoever is told it may rely on it: also after a kill -9 no one sees an earlier one. */
  now(): number {
    const { now, speed } = this.#record
    if (speed === 'max' || speed === 0) return now
    const { last_ms } = this.#store.state
    const run = Math.floor((this.#machine.monotonic() - this.#anchor) * rateOf(speed))
    const shown = Math.max(now + run, last_ms)
    if (speed !== 'machine') return this.#reserve(shown)
    const wall = this.#machine.wall()
    // A clock that was set ahead of the machine runs on beside it rather than stand until the machine has come there.
    return shown > wall + AHEAD_MS ? this.#reserve(shown) : Math.max(wall, shown)
  }

  #reserve(atMs: number): number {
    const speed = rateOf(this.#record.speed)
    const { ahead = this.#record.now } = this.#record
    if (!this.#isClosed && atMs + (AHEAD_MS / 2) * speed > ahead) {
      this.#record = { ...this.#record, ahead: atMs + Math.ceil(AHEAD_MS * speed) }
      this.#store.write({ at_ms: this.#store.state.last_ms, clock: this.#record }, true)
    }
    return atMs
  }

  /** Machine milliseconds until the clock shows an instant; null when it will not by itself. */
  machineMsUntil(atMs: number): number | null {
    const { speed } = this.#record
    if (speed === 'max' || speed === 0) return null
    const left = Math.max(0, atMs - this.now())
    return left / rateOf(speed)
  }

  /** Changes the clock; the caller has checked that it does not go back. */
  set(change: { now?: number; speed?: Speed; until?: number | null }): void {
    const now = change.now ?? this.now()
    const { speed, until, version, moved } = this.#record
    // A limit that time has passed is used up; it must not stop a later fast time that sets none.
    const left = until !== null && until > now ? until : null
    this.#record = {
      now,
      speed: change.speed ?? speed,
      until: change.until === undefined ? left : change.until,
      version: version + 1,
      moved: moved || change.now !== undefined,
    }
    this.#anchor = this.#machine.monotonic()
    this.#write(false)
  }

  /** Moves forward in `max`; never back. */
  jump(toMs: number): void {
    this.#record = {
      ...this.#record,
      now: Math.max(this.#record.now, toMs),
      version: this.version + 1,
      moved: true,
    }
    this.#write()
  }

  /** Writes where the clock stands, for the next start; from here on it writes nothing more. */
  close(): void {
    this.#isClosed = true
    const now = this.now()
    const { ahead: _ahead, ...record } = this.#record
    this.#record = { ...record, now }
    this.#anchor = this.#machine.monotonic()
    this.#write()
  }

  /** A change that someone asked for is on disk before he hears of it; a jump is repeated after a crash. */
  #write(lazy = true): void {
    // In a fresh folder the clock may be set back, and the newest commit's instant with it. Otherwise the line keeps the
    // instant before the change, so that work due in between still runs at its own.
    const { state } = this.#store
    const at_ms = state.factCount() === 0 ? this.#record.now : state.last_ms
    this.#store.write({ at_ms, clock: this.#record }, lazy)
  }
}
