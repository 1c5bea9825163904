import type { Machine } from '../env.ts'
import type { ClockRecord } from '../store/change.ts'
import type { Store } from '../store/store.ts'

export type Speed = ClockRecord['speed']

/** The sandbox's time in milliseconds since epoch. It never goes back, also not over a restart. */
export class Clock {
  readonly #store: Store
  readonly #machine: Machine
  #record: ClockRecord
  #anchor: number

  /** Goes on from the stored record; `startMs` counts only in a folder without one. */
  constructor(store: Store, machine: Machine, startMs: number | null) {
    this.#store = store
    this.#machine = machine
    this.#anchor = machine.monotonic()
    const stored = store.state.clock
    // In `max` a driver has to ask again: after a restart no one knows whether it is still there.
    if (stored) {
      const now = Math.max(stored.now, store.state.last_ms)
      this.#record = {
        ...stored,
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

  now(): number {
    const { now, speed } = this.#record
    if (speed === 'max') return now
    if (speed === 'machine') return Math.max(this.#machine.wall(), now, this.#store.state.last_ms)
    const run = Math.floor((this.#machine.monotonic() - this.#anchor) * speed)
    return Math.max(now + run, this.#store.state.last_ms)
  }

  /** Machine milliseconds until the clock shows an instant; null when it will not by itself. */
  machineMsUntil(atMs: number): number | null {
    const { speed } = this.#record
    if (speed === 'max' || speed === 0) return null
    const left = Math.max(0, atMs - this.now())
    return speed === 'machine' ? left : left / speed
  }

  /** Changes the clock; the caller has checked that it does not go back. */
  set(change: { now?: number; speed?: Speed; until?: number | null }): void {
    const now = change.now ?? this.now()
    const { speed, until, version, moved } = this.#record
    this.#record = {
      now,
      speed: change.speed ?? speed,
      until: change.until === undefined ? until : change.until,
      version: version + 1,
      moved: moved || change.now !== undefined,
    }
    this.#anchor = this.#machine.monotonic()
    this.#write()
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

  /** Writes where the clock stands, for the next start. */
  save(): void {
    this.#record = { ...this.#record, now: this.now() }
    this.#anchor = this.#machine.monotonic()
    this.#write()
  }

  #write(): void {
    // In a fresh folder the clock may be set back, and the newest commit's instant with it. Otherwise the line keeps the
    // instant before the change, so that work due in between still runs at its own.
    const { state } = this.#store
    const at_ms = state.factCount() === 0 ? this.#record.now : state.last_ms
    this.#store.write({ at_ms, clock: this.#record }, true)
  }
}
