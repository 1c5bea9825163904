import { HASH_OF_COLUMNS, TABLES, wholeOf, type Dates, type SideName } from './sides.ts'

/** How a comparison reads the copies. */
export interface Reading {
  /** All time when null. */
  readonly dates: Dates | null
  /** Makes the hashes anew from the columns instead of trusting the stored ones: slower, and sees damage done since. */
  readonly recompute: boolean
}

/** How many buckets the key's hash is split into, as a power of two. */
export type BucketBits = number

/** So many are summed in an array and not in a hash table, 2.5 times as fast (docs/performance.md). */
const BITS_LEAST = 16
const BITS_MOST = 24
const ROWS_A_BUCKET = 128

/** Buckets for `rows` rows a side: fewer leave more rows to look at in those that differ, more take longer to sum. */
export const bucketBitsOf = (rows: number): BucketBits =>
  Math.min(BITS_MOST, Math.max(BITS_LEAST, Math.floor(Math.log2(Math.max(1, rows / ROWS_A_BUCKET)))))

const bucketType = (bits: BucketBits): string => (bits === BITS_LEAST ? 'UInt16' : 'UInt32')
const bucketOf = (bits: BucketBits): string => `to${bucketType(bits)}(bitShiftRight(k, ${64 - bits}))`

const DATES = 'business_date BETWEEN {from:Date} AND {to:Date}'

const hashOf = ({ recompute }: Reading): string => (recompute ? HASH_OF_COLUMNS : 'h')

const whereDates = ({ dates }: Reading): string => (dates === null ? '' : ` WHERE ${DATES}`)
const andDates = ({ dates }: Reading): string => (dates === null ? '' : ` AND ${DATES}`)

/** Parameters of the queries below. */
export const paramsOf = ({ dates }: Reading): Record<string, unknown> => (dates === null ? {} : { ...dates })

/** Hashes with a sign, the left side's plus and the right side's minus: what is equal on both sides sums to zero. */
const signed = (reading: Reading, by: string, where: string): string => `
  SELECT ${by}, toInt64(${hashOf(reading)}) AS d FROM ${TABLES.stripe}${where}
  UNION ALL
  SELECT ${by}, -toInt64(${hashOf(reading)}) AS d FROM ${TABLES.ledger}${where}`

/** Pass 1: the buckets of the key in which the two sides are not the same. */
export const bucketsThatDiffer = (reading: Reading, bits: BucketBits): string => `
SELECT b FROM (${signed(reading, `${bucketOf(bits)} AS b`, whereDates(reading))})
GROUP BY b HAVING sum(d) != 0 ORDER BY b`

/** The hashes of the keys of `buckets` whose rows do not sum to zero. */
const differingHashes = (reading: Reading, bits: BucketBits, buckets: readonly number[]): string => {
  const wanted = `SELECT arrayJoin([${buckets.join(',')}]::Array(${bucketType(bits)}))`
  return `SELECT k FROM (${signed(reading, 'k', ` WHERE ${bucketOf(bits)} IN (${wanted})${andDates(reading)}`)})
GROUP BY k HAVING sum(d) != 0`
}

/** Pass 2: the hashes of the keys of `buckets` that differ, in order, at most `limit`. */
export const listHashes = (
  reading: Reading,
  bits: BucketBits,
  buckets: readonly number[],
  limit: number,
): string => `${differingHashes(reading, bits, buckets)} ORDER BY k LIMIT ${limit}`

/** A statement that names as many keys as one run may list; few of the rows that are read are kept, so blocks may be of many. */
const LONG = 'SETTINGS max_query_size = 16777216, preferred_block_size_bytes = 0'

const rowsOf = (reading: Reading, side: SideName, hashes: readonly string[]): string =>
  `SELECT '${side}' AS side, ${reading.recompute ? wholeOf(HASH_OF_COLUMNS) : 'whole'} AS text
FROM ${TABLES[side]} PREWHERE k IN (${hashes.join(',')})${whereDates(reading)}`

/** The rows that have one of the hashes, whole, as one list for each side. Named one by one, for a subquery would take twice the time. */
export const rowsOfHashes = (reading: Reading, hashes: readonly string[]): string =>
  `SELECT side, groupArray(text) AS wholes FROM (${rowsOf(reading, 'stripe', hashes)}
UNION ALL
${rowsOf(reading, 'ledger', hashes)})
GROUP BY side ${LONG}`

const sideOf = (reading: Reading, side: SideName): string =>
  `SELECT '${side}' AS side, key, ${hashOf(reading)} AS hash, k FROM ${TABLES[side]}${whereDates(reading)}`

/** Pass 2 when there are too many to list: how many keys of `buckets` differ, by kind. The key decides, its hash only finds it. */
export const countKeys = (reading: Reading, bits: BucketBits, buckets: readonly number[]): string => `
WITH differing AS (${differingHashes(reading, bits, buckets)}),
found AS (
  SELECT countIf(side = 'stripe') AS in_stripe, countIf(side = 'ledger') AS in_ledger
  FROM (
    SELECT * FROM (${sideOf(reading, 'stripe')} UNION ALL ${sideOf(reading, 'ledger')})
    -- Once for both sides: said of each by itself, the set would be made twice.
    WHERE k IN (SELECT k FROM differing)
  )
  GROUP BY key
  HAVING in_stripe != 1 OR in_ledger != 1 OR anyIf(hash, side = 'stripe') != anyIf(hash, side = 'ledger')
)
SELECT multiIf(in_stripe > 1 OR in_ledger > 1, 'duplicate', in_ledger = 0, 'only_stripe', in_stripe = 0, 'only_ledger', 'differs')
  AS kind, count() AS keys
FROM found GROUP BY kind`

/** Exact sums of one side per currency, from figures and never from hashes. */
export const sumsOf = (reading: Reading, side: SideName): string => `
SELECT currency, count() AS rows, sum(amount) AS amount, sum(fee) AS fee, sum(net) AS net
FROM ${TABLES[side]}${whereDates(reading)}
GROUP BY currency ORDER BY currency
SETTINGS optimize_use_projections = ${reading.recompute ? 0 : 1}`
