import type { Settlement } from '../domain/exchange.ts'
import type { Edit } from '../edits/edit.ts'
import type { FaultState } from '../faults/rule.ts'
import { WorkQueue } from '../timed/queue.ts'
import type { Change, ClockRecord, Delivery, EndpointSecrets, StoredAnswer } from './change.ts'
import { Money } from './money.ts'
import type { AnyObject, Kind, SandboxEvent, Tables } from './objects.ts'
import { FACTS, kindOf, newTables } from './objects.ts'
import { Table } from './table.ts'

/** Answers are kept 24 hours of sandbox time (stripe.md §3). */
export const ANSWER_KEPT_MS = 24 * 3_600_000

/** Names one delivery; a copy of it is another one. */
export const deliveryKey = (delivery: { event: string; endpoint: string; copy?: number }): string =>
  `${delivery.event}/${delivery.endpoint}${delivery.copy === undefined ? '' : `#${delivery.copy}`}`

/** Everything the sandbox knows, rebuilt from the log at start; only `apply` changes it. */
export class State {
  readonly tables: Tables = newTables()
  readonly events = new Table<SandboxEvent>()
  readonly money = new Money()
  readonly work = new WorkQueue()
  readonly secrets = new Map<string, EndpointSecrets>()
  readonly edits = new Map<string, Edit>()
  /** Grows with each edit made or undone. */
  editsVersion = 0
  readonly answers = new Map<string, StoredAnswer>()
  /** Deliveries not yet answered, by event and endpoint. */
  readonly pending = new Map<string, Delivery>()
  readonly pendingOfEvent = new Map<string, number>()
  readonly undelivered = new Set<string>()
  clock: ClockRecord | null = null
  faults: FaultState | null = null
  settlement: Settlement | null = null
  /** Instant of the newest commit; no commit is older than the one before it. */
  last_ms = 0
  first_object_ms: number | null = null

  /** The stored object of an id; without edits. */
  raw(id: string): AnyObject | undefined {
    const kind = kindOf(id)
    return kind && this.tables[kind].get(id)
  }

  /** Business facts in the store; 0 in a fresh folder. */
  factCount(): number {
    return FACTS.reduce((count, kind) => count + this.tables[kind].rows.length, 0)
  }

  /** The answer stored for a key, unless it is older than a day. */
  answerOf(key: string, atMs: number): StoredAnswer | undefined {
    const answer = this.answers.get(key)
    return answer && atMs - answer.at_ms < ANSWER_KEPT_MS ? answer : undefined
  }

  /** Takes a change over. The same code runs live and when the log is read, so both give the same state. */
  apply(change: Change): void {
    // Only the clock of a fresh folder may be set back. A line that a former process wrote while it was ending changes
    // neither the newest instant nor the clock.
    const isFresh = change.clock !== undefined && this.factCount() === 0
    this.last_ms = isFresh ? change.at_ms : Math.max(this.last_ms, change.at_ms)
    for (const object of change.put ?? []) this.#put(object, change.at_ms)
    for (const id of change.gone ?? []) this.#forget(id)
    for (const entry of change.money ?? []) this.money.add(entry, change.at_ms)
    if (change.release) this.money.release(change.at_ms)
    for (const { payout, rows } of change.paid_out ?? []) this.money.payOut(payout, rows)
    for (const event of change.events ?? []) this.events.put(event)
    for (const delivery of change.deliveries ?? []) this.#deliver(delivery)
    for (const id of change.done ?? []) this.work.remove(id)
    for (const work of change.work ?? []) this.work.add(work)
    for (const answer of change.answers ?? []) this.#answer(answer)
    for (const secrets of change.secrets ?? []) this.secrets.set(secrets.endpoint, secrets)
    for (const edit of change.edits ?? []) this.edits.set(edit.id, edit)
    for (const id of change.undone ?? []) this.edits.delete(id)
    if (change.edits || change.undone) this.editsVersion += 1
    if (change.settlement) this.settlement = change.settlement
    if (change.faults !== undefined) this.faults = change.faults
    if (change.fault_counts && this.faults) this.faults = { ...this.faults, counts: change.fault_counts }
    if (change.clock && change.clock.version >= (this.clock?.version ?? 0)) this.clock = change.clock
  }

  #put(object: AnyObject, atMs: number): void {
    const kind = object.object as Kind
    const table = this.tables[kind] as Table<AnyObject>
    table.put(object)
    if (this.first_object_ms === null && FACTS.includes(kind)) this.first_object_ms = atMs
  }

  #forget(id: string): void {
    const kind = kindOf(id)
    if (kind) this.tables[kind].remove(id)
    this.secrets.delete(id)
    for (const delivery of [...this.pending.values()]) {
      if (delivery.endpoint === id) this.#deliver({ ...delivery, state: 'failed' })
    }
  }

  #deliver(delivery: Delivery): void {
    const key = deliveryKey(delivery)
    const isNew = !this.pending.has(key)
    const count = this.pendingOfEvent.get(delivery.event) ?? 0
    if (delivery.state === 'pending') {
      this.pending.set(key, delivery)
      if (isNew) this.pendingOfEvent.set(delivery.event, count + 1)
      return
    }
    if (delivery.state === 'failed') this.undelivered.add(delivery.event)
    if (!this.pending.delete(key)) return
    if (count <= 1) this.pendingOfEvent.delete(delivery.event)
    else this.pendingOfEvent.set(delivery.event, count - 1)
  }

  #answer(answer: StoredAnswer): void {
    this.answers.delete(answer.key)
    this.answers.set(answer.key, answer)
    for (const [key, old] of this.answers) {
      if (answer.at_ms - old.at_ms < ANSWER_KEPT_MS) break
      this.answers.delete(key)
    }
  }
}
