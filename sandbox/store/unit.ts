import type { Random } from '../env.ts'
import type { Settlement } from '../domain/exchange.ts'
import { NO_EXCHANGE } from '../domain/exchange.ts'
import { newId } from '../ids.ts'
import type { Doubts } from '../options.ts'
import { DOUBTS } from '../options.ts'
import type { Work } from '../timed/queue.ts'
import { API_VERSION } from '../http/versions.ts'
import { matchesType } from '../events/types.ts'
import type { Change } from './change.ts'
import type { AnyObject, Kind, Objects } from './objects.ts'
import type { State } from './state.ts'

export type RequestInfo = { id: string | null; idempotency_key: string | null }

/**
 * One change in the making. Reads see what the unit itself put; nothing reaches the state before the unit is
 * committed, so a handler that throws leaves no trace.
 */
export class Unit {
  readonly at_ms: number
  readonly change: Change
  /** How what Stripe's documents leave open is read. */
  readonly doubts: Doubts
  readonly #state: State
  readonly #random: Random
  readonly #request: RequestInfo | null
  readonly #staged = new Map<string, AnyObject>()

  constructor(
    state: State,
    random: Random,
    atMs: number,
    request: RequestInfo | null,
    doubts: Doubts = DOUBTS,
  ) {
    this.doubts = doubts
    this.#state = state
    this.#random = random
    this.#request = request
    this.at_ms = atMs
    this.change = { at_ms: atMs }
  }

  /** The instant in Stripe's unit: whole seconds. */
  get seconds(): number {
    return Math.floor(this.at_ms / 1000)
  }

  get isEmpty(): boolean {
    return Object.keys(this.change).length === 1
  }

  get random(): Random {
    return this.#random
  }

  /** Which currencies the account keeps, and today's rates. */
  get settlement(): Settlement {
    return this.#state.settlement ?? NO_EXCHANGE
  }

  /** The account's own currency, in which what it does not keep lands. */
  get defaultCurrency(): string {
    return this.#state.tables.account.rows[0]?.default_currency ?? 'usd'
  }

  newId(prefix: string): string {
    return newId(this.#random, prefix)
  }

  /** The newest version of an object, this unit's own included; edits are not seen. */
  get<K extends Kind>(kind: K, id: string): Objects[K] | undefined {
    const staged = this.#staged.get(id)
    if (staged) return staged.object === kind ? (staged as Objects[K]) : undefined
    return this.#state.tables[kind].get(id) as Objects[K] | undefined
  }

  /** Stored objects whose indexed field has this value, as this unit sees them; what it added itself is not among them. */
  where<K extends Kind>(kind: K, index: string, key: string): Objects[K][] {
    const rows = this.#state.tables[kind].where(index, key) as Objects[K][]
    return rows.map((row) => this.get(kind, row.id) ?? row)
  }

  /** Adds or replaces an object and gives it back. */
  put<T extends AnyObject>(object: T): T {
    this.#staged.set(object.id, object)
    ;(this.change.put ??= []).push(object)
    return object
  }

  /** Records an event about an object as it is now and one delivery per endpoint that listens to its type. */
  emit(type: string, object: object, previous?: object): void {
    const endpoints = this.#state.tables.webhook_endpoint.rows.filter(
      (endpoint) => endpoint.status === 'enabled' && matchesType(endpoint.enabled_events, type),
    )
    const id = this.newId('evt')
    ;(this.change.events ??= []).push({
      id,
      object: 'event',
      api_version: API_VERSION,
      created: this.seconds,
      data: previous ? { object, previous_attributes: previous } : { object },
      livemode: false,
      pending_webhooks: endpoints.length,
      request: this.#request ?? { id: null, idempotency_key: null },
      type,
    })
    for (const endpoint of endpoints) {
      const delivery = {
        event: id,
        endpoint: endpoint.id,
        attempt: 0,
        due_ms: this.at_ms,
        state: 'pending' as const,
      }
      ;(this.change.deliveries ??= []).push(delivery)
    }
  }

  /** Plans work; work of the same id that is already planned moves. */
  schedule(work: Work): void {
    ;(this.change.work ??= []).push(work)
  }

  /** True when work of this id was planned before this unit and is not done. */
  isPlanned(id: string): boolean {
    return this.#state.work.has(id)
  }

  /** Plans work unless work of this id is planned. */
  scheduleOnce(work: Work): void {
    if (!this.#state.work.has(work.id)) this.schedule(work)
  }
}
