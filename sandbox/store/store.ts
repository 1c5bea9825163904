import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../env.ts'
import type { Doubts } from '../options.ts'
import { DOUBTS } from '../options.ts'
import type { Change } from './change.ts'
import { decodeChange, encodeChange } from './change.ts'
import { Journal } from './journal.ts'
import { Log } from './log.ts'
import { State } from './state.ts'
import type { RequestInfo } from './unit.ts'
import { Unit } from './unit.ts'
import { View } from './view.ts'

/** State, log and journal of one data folder. */
export class Store {
  readonly state = new State()
  readonly view = new View(this.state)
  readonly journal: Journal
  readonly #log: Log
  readonly #random: Random
  readonly #doubts: Doubts
  readonly #listeners: ((change: Change) => void)[] = []
  readonly #planners: ((unit: Unit) => void)[] = []

  /** Opens the folder, rebuilds the state; throws when a line other than a torn last one cannot be read. */
  constructor(dir: string, random: Random, doubts: Doubts = DOUBTS) {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    this.#doubts = doubts
    this.#random = random
    this.#log = new Log(join(dir, 'log.jsonl'), { sync: true }, (line) =>
      this.state.apply(decodeChange(line)),
    )
    this.journal = new Journal(join(dir, 'journal.jsonl'))
  }

  /** Called after every commit, before it is on disk. */
  onCommit(listener: (change: Change) => void): void {
    this.#listeners.push(listener)
  }

  /** Called before a unit is made real; may still add to it. */
  beforeCommit(planner: (unit: Unit) => void): void {
    this.#planners.push(planner)
  }

  /** A unit at an instant, or at the newest commit if that is later: commits never go back in time. */
  begin(atMs: number, request: RequestInfo | null = null): Unit {
    return new Unit(this.state, this.#random, Math.max(atMs, this.state.last_ms), request, this.#doubts)
  }

  /** A unit at any instant that is never committed: to see what would come of something. */
  sketch(atMs: number): Unit {
    return new Unit(this.state, this.#random, atMs, null, this.#doubts)
  }

  /** Makes a unit's change real. Wait for `durable` before anyone outside hears of it. */
  commit(unit: Unit): void {
    if (unit.isEmpty) return
    for (const plan of this.#planners) plan(unit)
    this.write(unit.change)
  }

  /** Makes a change real; a lazy one (delivery results, the clock) may be lost when the machine itself dies. */
  write(change: Change, lazy = false): void {
    this.#log.append(encodeChange(change), lazy)
    this.state.apply(change)
    const { put, events } = change
    if (put || events) {
      this.journal.add(change.at_ms, 'commit', {
        objects: [...new Set(put?.map(({ id }) => id))],
        events: events?.map(({ type }) => type) ?? [],
      })
    }
    for (const listener of this.#listeners) listener(change)
  }

  /** Resolves when everything committed so far is on disk. */
  durable(): Promise<void> {
    return this.#log.durable()
  }

  async close(): Promise<void> {
    await this.#log.close()
    await this.journal.close()
  }
}
