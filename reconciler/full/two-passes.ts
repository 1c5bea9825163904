import type { ClickHouse } from '#core/clickhouse/client.ts'
import { KINDS, countKinds, toDifference, type Difference, type Kind, type SideRow } from './differences.ts'
import { bucketsThatDiffer, countKeys, listKeys, paramsOf, sumsOf, type Reading } from './queries.ts'
import { SIDES, type SideName } from './sides.ts'

/** Buckets whose rows are read at once: bounds memory however much differs, and the length of the statement. */
const BUCKETS_AT_ONCE = 16_384

/** What one side has in one currency. */
export interface Sums {
  readonly currency: string
  readonly rows: number
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
}

/** Both sides compared. */
export interface Comparison {
  readonly sums: Readonly<Record<SideName, readonly Sums[]>>
  readonly byKind: Readonly<Record<Kind, number>>
  /** The first that differ, by key: all of them unless `truncated`. */
  readonly differences: readonly Difference[]
  readonly truncated: boolean
}

type Tuple = readonly [string, string, string, string, string, string, string, string]

interface KeyRow {
  readonly key: string
  readonly in_stripe: string
  readonly in_ledger: string
  readonly stripe: Tuple | Readonly<Record<string, string>>
  readonly ledger: Tuple | Readonly<Record<string, string>>
}

const sideRow = (given: KeyRow['stripe']): SideRow => {
  const [object, currency, amount, fee, net, created, businessDate, ref] = Object.values(given) as string[]
  return {
    object: object ?? '',
    currency: currency ?? '',
    amount: BigInt(amount ?? 0),
    fee: BigInt(fee ?? 0),
    net: BigInt(net ?? 0),
    created: created ?? '',
    business_date: businessDate ?? '',
    ref: ref ?? '',
  }
}

const readKey = (row: KeyRow): Difference => {
  const counts = { stripe: Number(row.in_stripe), ledger: Number(row.in_ledger) }
  const stripe = counts.stripe === 0 ? null : sideRow(row.stripe)
  const ledger = counts.ledger === 0 ? null : sideRow(row.ledger)
  return toDifference({ key: row.key, counts, stripe, ledger })
}

const chunksOf = (buckets: readonly number[]): number[][] => {
  const chunks: number[][] = []
  for (let at = 0; at < buckets.length; at += BUCKETS_AT_ONCE)
    chunks.push(buckets.slice(at, at + BUCKETS_AT_ONCE))
  return chunks
}

const readSums = async (clickhouse: ClickHouse, reading: Reading, side: SideName): Promise<Sums[]> => {
  const rows = await clickhouse.rows<Record<'currency' | 'rows' | 'amount' | 'fee' | 'net', string>>(
    sumsOf(reading, side),
    paramsOf(reading),
  )
  return rows.map(({ currency, rows: count, amount, fee, net }) => ({
    currency,
    rows: Number(count),
    amount: BigInt(amount),
    fee: BigInt(fee),
    net: BigInt(net),
  }))
}

/** Pass 2 over one slice of the buckets: lists at most `room` keys; beyond that it only counts. */
const readSlice = async (
  clickhouse: ClickHouse,
  reading: Reading,
  buckets: readonly number[],
  room: number,
) => {
  const params = paramsOf(reading)
  const rows = await clickhouse.rows<KeyRow>(listKeys(reading, buckets, room + 1), params)
  const listed = rows.map(readKey)
  if (listed.length <= room) return { listed, byKind: countKinds(listed), all: true }
  const counted = await clickhouse.rows<{ kind: Kind; keys: string }>(countKeys(reading, buckets), params)
  const byKind = countKinds([])
  for (const { kind, keys } of counted) byKind[kind] = Number(keys)
  return { listed: listed.slice(0, room), byKind, all: false }
}

const byKey = (one: Difference, other: Difference): number => (one.key < other.key ? -1 : 1)

/**
 * Compares the two sides in two passes (performance.md A): sums of row hashes per bucket of the key, then the rows of the
 * buckets that differ. Lists at most `listMax` keys and counts all. Money is summed exactly beside it. Reads nothing twice
 * when nothing differs. Throws `analytics_unavailable`.
 */
export const compareSides = async (
  clickhouse: ClickHouse,
  reading: Reading,
  listMax: number,
  signal?: AbortSignal,
): Promise<Comparison> => {
  const found = await clickhouse.rows<{ b: number }>(bucketsThatDiffer(reading), paramsOf(reading))
  const differences: Difference[] = []
  const byKind = countKinds([])
  let truncated = false
  for (const slice of chunksOf(found.map(({ b }) => b))) {
    signal?.throwIfAborted()
    const {
      listed,
      byKind: counts,
      all,
    } = await readSlice(clickhouse, reading, slice, listMax - differences.length)
    differences.push(...listed)
    for (const kind of KINDS) byKind[kind] += counts[kind]
    truncated ||= !all
  }
  const [stripe, ledger] = await Promise.all(SIDES.map(async (side) => readSums(clickhouse, reading, side)))
  return {
    sums: { stripe: stripe ?? [], ledger: ledger ?? [] },
    byKind,
    differences: differences.sort(byKey),
    truncated,
  }
}
