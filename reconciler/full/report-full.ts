import { toWireAmount } from '#core/money.ts'
import { countColumns, worthOf, type Difference, type Kind, type SideRow } from './differences.ts'
import type { Synced } from './sync-copy.ts'
import type { Dates, SideName } from './sides.ts'
import type { Comparison, Sums } from './two-passes.ts'

/** Keys that a run's summary names; every one of them is handed on. */
const LISTED_MAX = 100

type WireSums = Readonly<{ currency: string; rows: number; amount: number; fee: number; net: number }>
type WireRow = Readonly<{
  object: string
  currency: string
  amount: number
  fee: number
  net: number
  created: string
  date: string
  ref: string
}>

/** What the comparison over all time found, as a run's summary carries it. Amounts are minor units of their currency. */
export interface FullReport {
  /** What was compared; null when neither side has any row. */
  readonly from: string | null
  readonly to: string | null
  readonly sides: Readonly<Record<SideName, readonly WireSums[]>>
  /** Dates whose copy in ClickHouse was filled again before anything was compared, by why. No money differs by that. */
  readonly copy: Readonly<
    Record<SideName, Readonly<Partial<Record<'missing' | 'stale' | 'damaged', number>>>>
  >
  readonly damaged: readonly { readonly side: SideName; readonly date: string }[]
  readonly recomputed: boolean
  readonly differing: number
  /** Of those that differ: rows that had an exception before, open or decided. */
  readonly known: number
  readonly by_kind: Readonly<Record<Kind, number>>
  readonly by_column: Readonly<Record<string, number>>
  readonly worth: readonly { kind: Kind; currency: string; keys: number; stripe: number; ledger: number }[]
  readonly keys: readonly {
    readonly key: string
    readonly kind: Kind
    readonly columns: readonly string[]
    readonly stripe: WireRow | null
    readonly ledger: WireRow | null
  }[]
  /** There were too many to look at all of them in this run: `by_column`, `worth` and what follows speak of the first. */
  readonly truncated: boolean
}

const wireSums = (sums: readonly Sums[]): WireSums[] =>
  sums.map((sum) => ({
    ...sum,
    amount: toWireAmount(sum.amount),
    fee: toWireAmount(sum.fee),
    net: toWireAmount(sum.net),
  }))

const wireRow = (row: SideRow | null): WireRow | null =>
  row && {
    object: row.object,
    currency: row.currency,
    amount: toWireAmount(row.amount),
    fee: toWireAmount(row.fee),
    net: toWireAmount(row.net),
    created: row.created,
    date: row.business_date,
    ref: row.ref,
  }

const countWhys = ({ refilled }: Synced, side: SideName) => {
  const counts: Partial<Record<'missing' | 'stale' | 'damaged', number>> = {}
  for (const one of refilled) if (one.side === side) counts[one.why] = (counts[one.why] ?? 0) + 1
  return counts
}

/** Puts a run's comparison into words for its summary. */
export const reportOf = (
  dates: Dates | null,
  synced: Synced,
  { sums, byKind, differences, truncated }: Comparison,
  recomputed: boolean,
  known: number,
): FullReport => ({
  from: dates?.from ?? null,
  to: dates?.to ?? null,
  sides: { stripe: wireSums(sums.stripe), ledger: wireSums(sums.ledger) },
  copy: { stripe: countWhys(synced, 'stripe'), ledger: countWhys(synced, 'ledger') },
  damaged: synced.refilled.filter(({ why }) => why === 'damaged').map(({ side, date }) => ({ side, date })),
  recomputed,
  differing: Object.values(byKind).reduce((sum, count) => sum + count, 0),
  known,
  by_kind: byKind,
  by_column: countColumns(differences),
  worth: worthOf(differences).map((worth) => ({
    ...worth,
    stripe: toWireAmount(worth.stripe),
    ledger: toWireAmount(worth.ledger),
  })),
  keys: differences.slice(0, LISTED_MAX).map(({ key, kind, columns, stripe, ledger }) => ({
    key,
    kind,
    columns,
    stripe: wireRow(stripe),
    ledger: wireRow(ledger),
  })),
  truncated,
})

/** What the ordinary path must look at: the rows that differ, and the objects that they or their movements are about. */
export const besidesOf = (differences: readonly Difference[]): { rowIds: string[]; objects: string[] } => {
  const objects = differences.flatMap(({ stripe, ledger }) => [stripe?.object ?? '', ledger?.object ?? ''])
  return {
    rowIds: differences.map(({ key }) => key),
    objects: [...new Set(objects)].filter((object) => object !== '').sort(),
  }
}
