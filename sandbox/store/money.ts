import type { MoneyEntry } from '../domain/payout-batches.ts'

export type Totals = { available: number; pending: number }

/**
 * The sandbox's own books: what Stripe owes per currency, kept apart from the objects it shows so that one can be
 * checked against the other. `pending` moves to `available` only by `release`.
 */
export class Money {
  readonly entries = new Map<string, MoneyEntry>()
  readonly payoutOf = new Map<string, string>()
  readonly #totals = new Map<string, Totals>()
  readonly #unpaid = new Map<string, Map<string, MoneyEntry>>()
  readonly #waiting = new Map<string, MoneyEntry>()
  readonly #rowsOf = new Map<string, string[]>()

  /** Books a row made at `atMs`; funds already available then are never pending. */
  add(entry: MoneyEntry, atMs: number): void {
    this.entries.set(entry.row, entry)
    const totals = this.#totals.get(entry.currency) ?? { available: 0, pending: 0 }
    this.#totals.set(entry.currency, totals)
    if (entry.available_ms <= atMs) totals.available += entry.net
    else {
      totals.pending += entry.net
      this.#waiting.set(entry.row, entry)
    }
    const unpaid = this.#unpaid.get(entry.currency) ?? new Map<string, MoneyEntry>()
    this.#unpaid.set(entry.currency, unpaid.set(entry.row, entry))
  }

  /** Moves everything due at `atMs` from pending to available. */
  release(atMs: number): void {
    for (const entry of this.#waiting.values()) {
      if (entry.available_ms > atMs) continue
      this.#waiting.delete(entry.row)
      const totals = this.totals(entry.currency)
      totals.pending -= entry.net
      totals.available += entry.net
    }
  }

  /** Notes that these rows (the payout's own included) left with a payout. */
  payOut(payout: string, rows: readonly string[]): void {
    this.#rowsOf.set(payout, [...rows])
    for (const row of rows) {
      this.payoutOf.set(row, payout)
      const entry = this.entries.get(row)
      if (entry) this.#unpaid.get(entry.currency)?.delete(row)
    }
  }

  currencies(): string[] {
    return [...this.#totals.keys()]
  }

  totals(currency: string): Totals {
    return this.#totals.get(currency) ?? { available: 0, pending: 0 }
  }

  /** Totals as they are once everything due at `atMs` is released. */
  totalsAt(currency: string, atMs: number): Totals {
    const totals = { ...this.totals(currency) }
    for (const entry of this.#waiting.values()) {
      if (entry.currency !== currency || entry.available_ms > atMs) continue
      totals.pending -= entry.net
      totals.available += entry.net
    }
    return totals
  }

  /** Entries in no payout yet. */
  unpaid(currency: string): Iterable<MoneyEntry> {
    return this.#unpaid.get(currency)?.values() ?? []
  }

  unpaidCount(): number {
    return [...this.#unpaid.values()].reduce((count, entries) => count + entries.size, 0)
  }

  /** The rows of a payout, its own last; empty for an unknown one. */
  rowsOf(payout: string): readonly string[] {
    return this.#rowsOf.get(payout) ?? []
  }
}
