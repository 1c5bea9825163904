/** What a till rings up: words shared by `play` and the demo shop. Amounts are integer minor units of `currency`. */

export interface Line {
  readonly name: string
  readonly quantity: number
  readonly unitAmount: number
}

/** One way the customer tries to pay; the next one is tried only when this one was refused. */
export type Attempt =
  { readonly method: 'card'; readonly paymentMethod: string } | { readonly method: 'cash' }

/** A basket with everything that is needed to ring it up again, word for word, after a crash. */
export interface Ticket {
  /** Unique per till for ever: the sale's `external_ref` and the root of every idempotency key. */
  readonly ref: string
  /** The store's calendar day, `YYYY-MM-DD`. */
  readonly date: string
  /** Milliseconds since epoch at which the customer pays. */
  readonly atMs: number
  readonly currency: string
  readonly lines: readonly Line[]
  readonly attempts: readonly Attempt[]
  readonly cashierRef: string
}

/** A row of an input file that cannot be played, with the reason a person can act on. `line` counts from 1. */
export interface BadRow {
  readonly file: 'tickets' | 'prices'
  readonly line: number
  readonly reason: string
}

/** The sum of the lines in minor units. No discount, tax or tip exists in this shop. */
export function totalOf(lines: readonly Line[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitAmount, 0)
}

/** Ticket numbers that end in 0, 3 or 6 pay cash, all others by card (the rule agreed for played till files). */
export function paymentKindOf(ticketNumber: number): 'card' | 'cash' {
  return [0, 3, 6].includes(ticketNumber % 10) ? 'cash' : 'card'
}

/**
 * The attempts of a played ticket. A refused card is followed by another card; five refusals in a row are no longer
 * chance, so the list ends there.
 */
export function attemptsOf(kind: 'card' | 'cash'): readonly Attempt[] {
  if (kind === 'cash') return [{ method: 'cash' }]
  const cards = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_visa', 'pm_card_mastercard', 'pm_card_visa']
  return cards.map((paymentMethod) => ({ method: 'card', paymentMethod }))
}

/** What the customer hands over in cash: the amount rounded up to a whole 500 minor units, as with a note. */
export function cashReceivedFor(amount: number): number {
  return Math.ceil(amount / 500) * 500
}
