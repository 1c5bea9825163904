import { COLUMNS, COMPARED, HASH_OF_COLUMNS, TABLES, type Dates, type SideName } from './sides.ts'

/** How a comparison reads the copies. */
export interface Reading {
  /** All time when null. */
  readonly dates: Dates | null
  /** Makes the hashes anew from the columns instead of trusting the stored ones: slower, and sees damage done since. */
  readonly recompute: boolean
}

/** 2^18 buckets: 40 rows each at ten million, and as many sums as fit a processor's cache. */
const BUCKET_BITS = 18
const BUCKET = `toUInt32(bitShiftRight(k, ${64 - BUCKET_BITS}))`

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
export const bucketsThatDiffer = (reading: Reading): string => `
SELECT b FROM (${signed(reading, `${BUCKET} AS b`, whereDates(reading))})
GROUP BY b HAVING sum(d) != 0 ORDER BY b
SETTINGS optimize_aggregation_in_order = 1`

const tupleOf = (side: 0 | 1): string => `minIf((${[...COMPARED, 'ref'].join(', ')}), side = ${side})`

const rowsOf = (reading: Reading, name: SideName, side: 0 | 1): string =>
  `SELECT ${side} AS side, ${COLUMNS.join(', ')}, ${hashOf(reading)} AS hash, k FROM ${TABLES[name]}${whereDates(reading)}`

/** The rows of the keys that differ, both sides of a key together. The key itself decides, its hash only finds it. */
const keysThatDiffer = (reading: Reading, buckets: readonly number[]): string => `
WITH wanted AS (SELECT arrayJoin([${buckets.join(',')}]::Array(UInt32)) AS b),
differing AS (
  SELECT k FROM (${signed(reading, 'k', ` WHERE ${BUCKET} IN (SELECT b FROM wanted)${andDates(reading)}`)})
  GROUP BY k HAVING sum(d) != 0
),
found AS (
  SELECT key, countIf(side = 0) AS in_stripe, countIf(side = 1) AS in_ledger, ${tupleOf(0)} AS stripe, ${tupleOf(1)} AS ledger
  FROM (
    SELECT * FROM (${rowsOf(reading, 'stripe', 0)} UNION ALL ${rowsOf(reading, 'ledger', 1)})
    -- Once for both sides: said of each by itself, the set would be made twice.
    WHERE k IN (SELECT k FROM differing)
  )
  GROUP BY key
  HAVING in_stripe != 1 OR in_ledger != 1 OR anyIf(hash, side = 0) != anyIf(hash, side = 1)
)`

/** Pass 2: the keys of `buckets` that differ, in order, at most `limit`. */
export const listKeys = (reading: Reading, buckets: readonly number[], limit: number): string =>
  `${keysThatDiffer(reading, buckets)}
SELECT key, in_stripe, in_ledger, stripe, ledger FROM found ORDER BY key LIMIT ${limit}`

/** Pass 2 when there are too many to list: how many keys of `buckets` differ, by kind. */
export const countKeys = (reading: Reading, buckets: readonly number[]): string =>
  `${keysThatDiffer(reading, buckets)}
SELECT multiIf(in_stripe > 1 OR in_ledger > 1, 'duplicate', in_ledger = 0, 'only_stripe', in_stripe = 0, 'only_ledger', 'differs')
  AS kind, count() AS keys
FROM found GROUP BY kind`

/** Exact sums of one side per currency, from figures and never from hashes. */
export const sumsOf = (reading: Reading, side: SideName): string => `
SELECT currency, count() AS rows, sum(amount) AS amount, sum(fee) AS fee, sum(net) AS net
FROM ${TABLES[side]}${whereDates(reading)}
GROUP BY currency ORDER BY currency
SETTINGS optimize_use_projections = ${reading.recompute ? 0 : 1}`
