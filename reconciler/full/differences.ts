import { COMPARED, type Column, type SideName } from './sides.ts'

/** One side's row of a key, amounts in minor units of its currency. */
export interface SideRow {
  readonly object: string
  readonly currency: string
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
  readonly created: string
  readonly business_date: string
  /** Where the figures stand: the version of the mirror's row, or the journal entry. */
  readonly ref: string
}

export const KINDS = ['only_stripe', 'only_ledger', 'duplicate', 'differs'] as const
export type Kind = (typeof KINDS)[number]

/** What the comparison found of one key: how often it stands on each side and the first row of each. */
export interface Found {
  readonly key: string
  readonly counts: Readonly<Record<SideName, number>>
  readonly stripe: SideRow | null
  readonly ledger: SideRow | null
}

/** A key that is not the same on both sides. */
export interface Difference extends Found {
  readonly kind: Kind
  /** The columns that differ; none when a side has no row. */
  readonly columns: readonly Column[]
}

const kindOf = ({ counts }: Found): Kind => {
  if (counts.stripe > 1 || counts.ledger > 1) return 'duplicate'
  if (counts.ledger === 0) return 'only_stripe'
  return counts.stripe === 0 ? 'only_ledger' : 'differs'
}

/** Names the way in which a key differs. A key that stands twice on a side is a duplicate, whatever else it is. */
export const toDifference = (found: Found): Difference => {
  const { stripe, ledger } = found
  const columns =
    stripe === null || ledger === null ? [] : COMPARED.filter((column) => stripe[column] !== ledger[column])
  return { ...found, kind: kindOf(found), columns }
}

/** What the keys that differ are worth in one currency: net by Stripe and by the ledger, never summed across currencies. */
export interface Worth {
  readonly kind: Kind
  readonly currency: string
  readonly keys: number
  readonly stripe: bigint
  readonly ledger: bigint
}

/** Sums by kind and currency. A key whose currencies differ counts its net on each side in that side's currency. */
export const worthOf = (differences: readonly Difference[]): Worth[] => {
  const sums = new Map<string, { -readonly [name in keyof Worth]: Worth[name] }>()
  const at = (kind: Kind, currency: string) => {
    const name = `${KINDS.indexOf(kind)} ${currency}`
    const sum = sums.get(name) ?? { kind, currency, keys: 0, stripe: 0n, ledger: 0n }
    sums.set(name, sum)
    return sum
  }
  for (const { kind, stripe, ledger, counts } of differences) {
    if (stripe) at(kind, stripe.currency).stripe += stripe.net * BigInt(counts.stripe)
    if (ledger) at(kind, ledger.currency).ledger += ledger.net * BigInt(counts.ledger)
    for (const currency of new Set([stripe?.currency, ledger?.currency]))
      if (currency !== undefined) at(kind, currency).keys += 1
  }
  return [...sums].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, sum]) => sum)
}

/** How many keys differ by kind. */
export const countKinds = (differences: readonly Difference[]): Record<Kind, number> => {
  const counts: Record<Kind, number> = { only_stripe: 0, only_ledger: 0, duplicate: 0, differs: 0 }
  for (const { kind } of differences) counts[kind] += 1
  return counts
}

/** How many keys differ in each column; a key that differs in two counts in both. */
export const countColumns = (differences: readonly Difference[]): Partial<Record<Column, number>> => {
  const counts: Partial<Record<Column, number>> = {}
  for (const { columns } of differences)
    for (const column of columns) counts[column] = (counts[column] ?? 0) + 1
  return counts
}
