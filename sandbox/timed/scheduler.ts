import type { Clock } from '../clock/clock.ts'
import type { Machine } from '../env.ts'
import type { Store } from '../store/store.ts'
import type { Unit } from '../store/unit.ts'
import type { Work } from './queue.ts'

export type WorkHandler = (unit: Unit, work: Work) => void

/** Longest single timer, so that a far due moment does not overflow it. */
const TIMER_MAX_MS = 3_600_000

/** Runs due work, each at its own instant, in the order it is due. */
export class Scheduler {
  readonly #store: Store
  readonly #clock: Clock
  readonly #machine: Machine
  readonly #handlers: Readonly<Record<string, WorkHandler>>
  #cancel: (() => void) | null = null
  #armedFor: number | null = null
  #isRunning = false

  constructor(store: Store, clock: Clock, machine: Machine, handlers: Readonly<Record<string, WorkHandler>>) {
    this.#store = store
    this.#clock = clock
    this.#machine = machine
    this.#handlers = handlers
    store.onCommit(() => this.arm())
  }

  /** Due moment of the next work, or null. */
  nextDue(): number | null {
    return this.#store.state.work.peek()?.at_ms ?? null
  }

  /** Runs everything due by the clock's present instant, also what that work makes due in turn. */
  catchUp(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      const now = this.#clock.now()
      for (let work = this.#due(now); work; work = this.#due(now)) this.#run(work)
    } finally {
      this.#isRunning = false
      this.arm()
    }
  }

  /** Sets the machine timer for the next due work; nothing when the clock stands or jumps. */
  arm(): void {
    const due = this.nextDue()
    const wait = due === null ? null : this.#clock.machineMsUntil(due)
    if (this.#isRunning) return
    if (due !== null && wait !== null && due === this.#armedFor) return
    this.disarm()
    if (wait === null) return
    this.#armedFor = due
    this.#cancel = this.#machine.timer(Math.min(wait, TIMER_MAX_MS), () => {
      this.#armedFor = null
      this.catchUp()
    })
  }

  /** Forgets the timer: before the clock changes and at the end. */
  disarm(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#armedFor = null
  }

  #due(now: number): Work | undefined {
    const work = this.#store.state.work.peek()
    return work && work.at_ms <= now ? work : undefined
  }

  #run(work: Work): void {
    const handler = this.#handlers[work.kind]
    if (!handler) throw new Error(`no handler for work of kind ${work.kind}`)
    const unit = this.#store.begin(work.at_ms)
    unit.change.done = [work.id]
    handler(unit, work)
    this.#store.commit(unit)
  }
}
