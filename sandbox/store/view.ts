import type Stripe from 'stripe'
import type { BalanceType } from '../domain/payout-batches.ts'
import type { Overlay } from '../edits/overlay.ts'
import { buildOverlay } from '../edits/overlay.ts'
import type { Pot, Totals } from './money.ts'
import type { AnyObject, Kind, Objects, SandboxEvent } from './objects.ts'
import { idOf, kindOf } from './objects.ts'
import type { State } from './state.ts'

const statusAt = (row: Stripe.BalanceTransaction, atMs: number): Stripe.BalanceTransaction =>
  row.status === 'pending' && row.available_on * 1000 <= atMs ? { ...row, status: 'available' } : row

const createdOf = (object: AnyObject): number => ('created' in object ? (object.created ?? 0) : 0)
const byCreation = (a: AnyObject, b: AnyObject): number => createdOf(a) - createdOf(b)

/** What callers see: the stored objects at an instant, through the edits that lie over them. */
export class View {
  readonly #state: State
  /** Objects that already are as the edits want them. */
  readonly #patched = new WeakSet<AnyObject>()
  #overlay: Overlay
  #editsSeen = 0

  constructor(state: State) {
    this.#state = state
    this.#overlay = buildOverlay(state)
  }

  /** The edits as they stand, rebuilt when one was made or undone. */
  get overlay(): Overlay {
    if (this.#state.editsVersion !== this.#editsSeen) {
      this.#overlay = buildOverlay(this.#state)
      this.#editsSeen = this.#state.editsVersion
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
    const shown = this.#patch(object)
    if (shown.object === 'balance_transaction') return statusAt(shown, atMs) as T
    return shown.object === 'dispute' ? (this.#withRows(shown, atMs) as T) : (shown as T)
  }

  /** The shown object of an id, or undefined when there is none or an edit removed it. */
  find<K extends Kind>(kind: K, id: string, atMs: number): Objects[K] | undefined {
    if (kindOf(id) !== kind) return undefined
    const stored = this.#state.tables[kind].get(id) as Objects[K] | undefined
    const object = stored ?? (this.overlay.added.get(id) as Objects[K] | undefined)
    return object && !this.isHidden(object) ? this.show(object, atMs) : undefined
  }

  /**
   * Stored and added rows of a kind, oldest first as they are shown, hidden ones included: for lists, which show them one
   * by one.
   */
  rows<K extends Kind>(kind: K): readonly Objects[K][] {
    const stored = this.#state.tables[kind].rows as Objects[K][]
    const { moved } = this.overlay
    const added = this.#added(kind)
    if (added.length === 0 && !moved.has(kind)) return stored
    return this.inOrder([...stored, ...added])
  }

  /** Rows whose indexed field is shown with this value, oldest first, hidden ones included. */
  where<K extends Kind>(kind: K, index: string, key: string, atMs: number): readonly Objects[K][] {
    const stored = this.#state.tables[kind].where(index, key) as Objects[K][]
    const changed = [...this.overlay.patches.keys()]
      .filter((id) => kindOf(id) === kind)
      .map((id) => this.#state.tables[kind].get(id) as Objects[K] | undefined)
      .filter((row) => row !== undefined)
    const added = this.#added(kind)
    if (changed.length === 0 && added.length === 0) return stored
    const all = [...new Set([...stored, ...changed, ...added])]
    return this.inOrder(all).filter((row) => {
      const shown = this.show(row, atMs) as unknown as Record<string, string | null>
      return idOf(shown[index]) === key
    })
  }

  /** These rows by the instant they are shown to have been made at, in their own order where it is the same. */
  inOrder<T extends AnyObject>(rows: readonly T[]): T[] {
    return rows.map((row) => this.#patch(row)).sort(byCreation)
  }

  /** An event with the number of its deliveries still open. */
  event(event: SandboxEvent): SandboxEvent {
    return { ...event, pending_webhooks: this.#state.pendingOfEvent.get(event.id) ?? 0 }
  }

  /** The payments balance per currency: the money tables, moved by what the edits did to rows, and by drift. */
  balance(atMs: number): Map<string, Totals> {
    const pots = this.balances(atMs).filter(({ balance_type }) => balance_type === 'payments')
    return new Map(pots.map(({ currency, available, pending }) => [currency, { available, pending }]))
  }

  /** Every balance, per currency and balance type. */
  balances(atMs: number): (Pot & Totals)[] {
    const pots = this.#state.money.potsAt(atMs)
    const potOf = (currency: string, type: BalanceType): Pot & Totals => {
      const known = pots.find((pot) => pot.currency === currency && pot.balance_type === type)
      if (known) return known
      const made = { currency, balance_type: type, available: 0, pending: 0 }
      pots.push(made)
      return made
    }
    const move = (row: Stripe.BalanceTransaction, sign: 1 | -1): void => {
      // By the status callers see, so that balance and rows agree whatever an edit did to dates or status.
      const field = row.status === 'available' ? 'available' : 'pending'
      potOf(row.currency, row.balance_type as BalanceType)[field] += sign * row.net
    }
    for (const row of this.#editedRows()) {
      move(statusAt(row, atMs), -1)
      if (!this.isHidden(row)) move(this.show(row, atMs), 1)
    }
    for (const row of this.#added('balance_transaction'))
      if (!this.isHidden(row)) move(this.show(row, atMs), 1)
    for (const [currency, by] of this.overlay.drift) potOf(currency, 'payments').available += by
    return pots
  }

  #added<K extends Kind>(kind: K): Objects[K][] {
    const { added } = this.overlay
    return added.size === 0
      ? []
      : ([...added.values()].filter(({ object }) => object === kind) as Objects[K][])
  }

  #patch<T extends AnyObject>(object: T): T {
    const patches = this.overlay.patches.get(object.id)
    if (!patches || this.#patched.has(object)) return object
    const shown = patches.reduce<AnyObject>((before, patch) => patch(before), object)
    this.#patched.add(shown)
    return shown as T
  }

  /** A dispute with its rows as they are shown: without hidden ones, with the ones that an edit added. */
  #withRows(dispute: Stripe.Dispute, atMs: number): Stripe.Dispute {
    const added = this.#added('balance_transaction').filter(({ source }) => source === dispute.id)
    const rows = [...dispute.balance_transactions, ...added]
    return {
      ...dispute,
      balance_transactions: rows.filter((row) => !this.isHidden(row)).map((row) => this.show(row, atMs)),
    }
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
