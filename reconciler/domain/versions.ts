import type { BalanceRow } from './facts.ts'

type Seen = Omit<BalanceRow, 'version'>

/** A row of the mirror: `gone` when Stripe had it once and has it no more. */
export interface MirrorRow extends BalanceRow {
  readonly gone: boolean
}

const FIELDS = [
  'balanceType',
  'type',
  'category',
  'source',
  'amount',
  'fee',
  'net',
  'currency',
  'description',
  'exchangeRate',
] as const satisfies readonly (keyof Seen)[]

const isSame = (known: Seen, seen: Seen): boolean =>
  FIELDS.every((field) => known[field] === seen[field]) &&
  known.createdAt.getTime() === seen.createdAt.getTime() &&
  known.availableAt.getTime() === seen.availableAt.getTime()

/**
 * New versions for the mirror: of rows never seen, changed, or back again, and of those in `goneIds` that Stripe has no
 * more. `known` holds the current version of each.
 */
export const newVersions = (
  known: ReadonlyMap<string, MirrorRow>,
  seen: readonly Seen[],
  goneIds: readonly string[],
): MirrorRow[] => {
  const appeared = seen.flatMap((row) => {
    const before = known.get(row.id)
    if (before && !before.gone && isSame(before, row)) return []
    return [{ ...row, version: (before?.version ?? 0) + 1, gone: false }]
  })
  const vanished = goneIds.flatMap((id) => {
    const before = known.get(id)
    return before && !before.gone ? [{ ...before, version: before.version + 1, gone: true }] : []
  })
  return [...appeared, ...vanished]
}
