import type { BalanceType, MoneyEntry } from '../domain/payout-batches.ts'

export type Totals = { available: number; pending: number }

/** One balance: a currency of one balance type. */
export type Pot = { currency: string; balance_type: BalanceType }

const typeOf = ({ balance_type }: MoneyEntry): BalanceType => balance_type ?? 'payments'

/** An entry with the instant it was booked at. */
type Booked = MoneyEntry & { booked_ms: number }

/**
 * The sandbox's own books: what Stripe owes per currency and balance type, kept apart from the objects it shows so that
 * one can be checked against the other. `pending` moves to `available` only by `release`.
 */
export class Money {
  readonly entries = new Map<string, Booked>()
  readonly payoutOf = new Map<string, string>()
  readonly #totals = new Map<string, Pot & Totals>()
  readonly #unpaid = new Map<string, Map<string, MoneyEntry>>()
  readonly #waiting = new Map<string, MoneyEntry>()
  readonly #rowsOf = new Map<string, string[]>()

  /** Books a row made at `atMs`; funds already available then are never pending. */
  add(entry: MoneyEntry, atMs: number): void {
    this.entries.set(entry.row, { ...entry, booked_ms: atMs })
    const totals = this.#pot(entry)
    if (entry.available_ms <= atMs) totals.available += entry.net
    else {
      totals.pending += entry.net
      this.#waiting.set(entry.row, entry)
    }
    // Only what lies in the payments balance is ever paid out.
    if (typeOf(entry) !== 'payments') return
    const unpaid = this.#unpaid.get(entry.currency) ?? new Map<string, MoneyEntry>()
    this.#unpaid.set(entry.currency, unpaid.set(entry.row, entry))
  }

  /** Moves everything due at `atMs` from pending to available. */
  release(atMs: number): void {
    for (const entry of this.#waiting.values()) {
      if (entry.available_ms > atMs) continue
      this.#waiting.delete(entry.row)
      const totals = this.#pot(entry)
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

  /** Every balance that was ever booked to, as it is once everything due at `atMs` is released. */
  potsAt(atMs: number): (Pot & Totals)[] {
    const pots = new Map([...this.#totals].map(([key, pot]) => [key, { ...pot }]))
    for (const entry of this.#waiting.values()) {
      const pot = pots.get(this.#keyOf(entry))
      if (!pot || entry.available_ms > atMs) continue
      pot.pending -= entry.net
      pot.available += entry.net
    }
    return [...pots.values()]
  }

  /** Every balance as an instant begins: the sum of what was booked before it. */
  balanceBefore(atMs: number): (Pot & { amount: number })[] {
    const sums = new Map<string, Pot & { amount: number }>()
    for (const entry of this.entries.values()) {
      if (entry.booked_ms >= atMs) continue
      const key = this.#keyOf(entry)
      const sum = sums.get(key) ?? { currency: entry.currency, balance_type: typeOf(entry), amount: 0 }
      sum.amount += entry.net
      sums.set(key, sum)
    }
    return [...sums.values()]
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

  #keyOf(entry: MoneyEntry): string {
    return `${typeOf(entry)}:${entry.currency}`
  }

  #pot(entry: MoneyEntry): Pot & Totals {
    const key = this.#keyOf(entry)
    const pot = this.#totals.get(key) ?? {
      currency: entry.currency,
      balance_type: typeOf(entry),
      available: 0,
      pending: 0,
    }
    this.#totals.set(key, pot)
    return pot
  }
}
