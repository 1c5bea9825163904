import type Stripe from 'stripe'
import type { Overlay } from '../edits/overlay.ts'
import { buildOverlay } from '../edits/overlay.ts'
import type { Totals } from './money.ts'
import type { AnyObject, Kind, Objects, SandboxEvent } from './objects.ts'
import { idOf, kindOf } from './objects.ts'
import type { State } from './state.ts'

const statusAt = (row: Stripe.BalanceTransaction, atMs: number): Stripe.BalanceTransaction =>
  row.status === 'pending' && row.available_on * 1000 <= atMs ? { ...row, status: 'available' } : row

/** What callers see: the stored objects at an instant, through the edits that lie over them. */
export class View {
  readonly #state: State
  #overlay: Overlay
  #editsSeen = ''

  constructor(state: State) {
    this.#state = state
    this.#overlay = buildOverlay(state)
  }

  /** The edits as they stand, rebuilt when one was made or undone. */
  get overlay(): Overlay {
    const seen = [...this.#state.edits.keys()].join()
    if (seen !== this.#editsSeen) {
      this.#overlay = buildOverlay(this.#state)
      this.#editsSeen = seen
    }
    return this.#overlay
  }

  /** True when an edit removed the object, or the object a balance transaction comes from. */
  isHidden(object: AnyObject): boolean {
    const { hidden } = this.overlay
    if (hidden.size === 0) return false
    if (hidden.has(object.id)) return true
    return object.object === 'balance_transaction' && hidden.has(idOf(object.source as string | null) ?? '')
  }

  /** An object as it is shown at an instant. */
  show<T extends AnyObject>(object: T, atMs: number): T {
    let shown: AnyObject = object
    for (const patch of this.overlay.patches.get(object.id) ?? []) shown = patch(shown)
    if (shown.object === 'balance_transaction') shown = statusAt(shown, atMs)
    return shown as T
  }

  /** The shown object of an id, or undefined when there is none or an edit removed it. */
  find<K extends Kind>(kind: K, id: string, atMs: number): Objects[K] | undefined {
    if (kindOf(id) !== kind) return undefined
    const stored = this.#state.tables[kind].get(id) as Objects[K] | undefined
    const object = stored ?? (this.overlay.added.find((row) => row.id === id) as Objects[K] | undefined)
    return object && !this.isHidden(object) ? this.show(object, atMs) : undefined
  }

  /** Stored and added rows of a kind, oldest first, hidden ones included: for lists, which show them one by one. */
  rows<K extends Kind>(kind: K): readonly Objects[K][] {
    const stored = this.#state.tables[kind].rows as Objects[K][]
    if (kind !== 'balance_transaction' || this.overlay.added.length === 0) return stored
    const rows = stored as Stripe.BalanceTransaction[]
    return [...rows, ...this.overlay.added].sort((a, b) => a.created - b.created) as Objects[K][]
  }

  /** An event with the number of its deliveries still open. */
  event(event: SandboxEvent): SandboxEvent {
    return { ...event, pending_webhooks: this.#state.pendingOfEvent.get(event.id) ?? 0 }
  }

  /** Balance per currency: the money tables, moved by what the edits did to rows. */
  balance(atMs: number): Map<string, Totals> {
    const { money } = this.#state
    const totals = new Map(money.currencies().map((code) => [code, money.totalsAt(code, atMs)]))
    const move = (row: Stripe.BalanceTransaction, sign: 1 | -1): void => {
      const total = totals.get(row.currency) ?? { available: 0, pending: 0 }
      // By the status callers see, so that balance and rows agree whatever an edit did to dates or status.
      total[row.status === 'available' ? 'available' : 'pending'] += sign * row.net
      totals.set(row.currency, total)
    }
    for (const row of this.#editedRows()) {
      move(statusAt(row, atMs), -1)
      if (!this.isHidden(row)) move(this.show(row, atMs), 1)
    }
    for (const row of this.overlay.added) if (!this.isHidden(row)) move(this.show(row, atMs), 1)
    return totals
  }

  /** Stored balance transactions that an edit hides or changes. */
  #editedRows(): Set<Stripe.BalanceTransaction> {
    const table = this.#state.tables.balance_transaction
    const rows = new Set<Stripe.BalanceTransaction>()
    for (const id of [...this.overlay.hidden, ...this.overlay.patches.keys()]) {
      const own = table.get(id)
      if (own) rows.add(own)
      if (this.overlay.hidden.has(id)) for (const row of table.where('source', id)) rows.add(row)
    }
    return rows
  }
}
