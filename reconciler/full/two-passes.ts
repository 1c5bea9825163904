import type { ClickHouse } from '#core/clickhouse/client.ts'
import { KINDS, countKinds, type Difference, type Kind } from './differences.ts'
import { groupRows, type SideRows } from './group-rows.ts'
import {
  bucketBitsOf,
  bucketsThatDiffer,
  countKeys,
  listHashes,
  paramsOf,
  rowsOfHashes,
  sumsOf,
  type BucketBits,
  type Reading,
} from './queries.ts'
import { SIDES, type SideName } from './sides.ts'

/** Pass 2 takes all buckets in so many parts: bounds memory however much differs, and the length of the statement. */
const PARTS = 4

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
  /** Those that differ, by key: all of them, or when `truncated` the first by the hash of their key. */
  readonly differences: readonly Difference[]
  readonly truncated: boolean
}

const chunksOf = (buckets: readonly number[], size: number): number[][] => {
  const chunks: number[][] = []
  for (let at = 0; at < buckets.length; at += size) chunks.push(buckets.slice(at, at + size))
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

const rowsOf = (sums: readonly Sums[]): number => sums.reduce((count, { rows }) => count + rows, 0)

interface Slice {
  readonly bits: BucketBits
  readonly buckets: readonly number[]
  /** Keys that may still be listed. */
  readonly room: number
}

const readDifferences = async (clickhouse: ClickHouse, reading: Reading, hashes: readonly string[]) =>
  hashes.length === 0
    ? []
    : groupRows(await clickhouse.rows<SideRows>(rowsOfHashes(reading, hashes), paramsOf(reading)))

const countAll = async (clickhouse: ClickHouse, reading: Reading, { bits, buckets }: Slice) => {
  const counted = await clickhouse.rows<{ kind: Kind; keys: string }>(
    countKeys(reading, bits, buckets),
    paramsOf(reading),
  )
  const byKind = countKinds([])
  for (const { kind, keys } of counted) byKind[kind] = Number(keys)
  return byKind
}

/** Pass 2 over one slice of the buckets: lists at most `room` keys; beyond that it only counts. */
const readSlice = async (clickhouse: ClickHouse, reading: Reading, slice: Slice) => {
  const { bits, buckets, room } = slice
  const found = await clickhouse.rows<{ k: string }>(
    listHashes(reading, bits, buckets, room + 1),
    paramsOf(reading),
  )
  const hashes = found.slice(0, room).map(({ k }) => k)
  const listed = await readDifferences(clickhouse, reading, hashes)
  // Two keys may share a hash: the keys must have room as well.
  if (found.length <= room && listed.length <= room) return { listed, byKind: countKinds(listed), all: true }
  return {
    listed: listed.slice(0, room),
    byKind: await countAll(clickhouse, reading, slice),
    all: false,
  }
}

const byKey = (one: Difference, other: Difference): number => (one.key < other.key ? -1 : 1)

/**
 * Compares the two sides in two passes (performance.md A): sums of row hashes per bucket of the key, then the rows of the
 * keys that differ in those buckets. Lists at most `listMax` keys and counts all. Money is summed exactly beside it. Reads no row
 * when nothing differs. Throws `analytics_unavailable`.
 */
export const compareSides = async (
  clickhouse: ClickHouse,
  reading: Reading,
  listMax: number,
  signal?: AbortSignal,
): Promise<Comparison> => {
  const [stripe = [], ledger = []] = await Promise.all(
    SIDES.map(async (side) => readSums(clickhouse, reading, side)),
  )
  const bits = bucketBitsOf(Math.max(rowsOf(stripe), rowsOf(ledger)))
  const found = await clickhouse.rows<{ b: number }>(bucketsThatDiffer(reading, bits), paramsOf(reading))
  const differences: Difference[] = []
  const byKind = countKinds([])
  let truncated = false
  const slices = chunksOf(
    found.map(({ b }) => b),
    2 ** bits / PARTS,
  )
  for (const buckets of slices) {
    signal?.throwIfAborted()
    const slice = { bits, buckets, room: listMax - differences.length }
    const { listed, byKind: counts, all } = await readSlice(clickhouse, reading, slice)
    differences.push(...listed)
    for (const kind of KINDS) byKind[kind] += counts[kind]
    truncated ||= !all
  }
  return { sums: { stripe, ledger }, byKind, differences: differences.sort(byKey), truncated }
}
