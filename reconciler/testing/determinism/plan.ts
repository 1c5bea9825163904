/** A payment as the gateway had accepted it. */
export interface PlannedPayment {
  readonly id: string
  readonly sale: string
  readonly currency: string
  readonly amount: number
  /** Null when every word of its outcome was lost. */
  readonly charge: string | null
  readonly at: string
}

/** A movement that the ledger has, or would have if its event had come. */
export interface PlannedMovement {
  readonly kind: string
  readonly object: string
  readonly account: string
  readonly currency: string
  readonly amount: number
  readonly at: string
  readonly payment: string | null
}

/** A silent edit of Stripe's facts, from before one night until before another; nights by their number. */
export interface PlannedEdit {
  readonly op: 'remove' | 'change'
  readonly id: string
  readonly set: { readonly amount: number } | null
  readonly from: number
  readonly until: number
}

/** A month as both sides know it: what the ledger holds before the first night, and what it must be told by the reconciler. */
export interface Plan {
  readonly zone: string
  readonly start: string
  readonly dates: readonly string[]
  readonly payments: readonly PlannedPayment[]
  readonly movements: readonly PlannedMovement[]
  readonly lost: readonly PlannedMovement[]
  readonly edits: readonly PlannedEdit[]
}

/** Numbers from a seed, the same everywhere (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The items in an order that the seed draws. */
export const shuffled = <Item>(items: readonly Item[], seed: number): Item[] => {
  const random = randomOf(seed)
  return items
    .map((item) => ({ item, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item)
}
