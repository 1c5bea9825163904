import { COLUMNS, TABLES } from '../../reconciler/full/sides.ts'
import type { Kind } from '../../reconciler/full/differences.ts'

/** Two years of business dates, whatever the number of rows. */
const FIRST_SECOND = Date.parse('2024-01-01T00:00:00Z') / 1000
const SECONDS = 731 * 86_400

/** A date in the middle of them. */
export const ONE_DATE = '2025-01-15'

/** One row in a thousand differs. */
const EVERY = 1_000

/** What is done to row n of those that differ; n / EVERY picks one after the other. */
const PLANTED = ['left', 'right', 'amount', 'fee', 'currency', 'duplicate'] as const
type Planted = (typeof PLANTED)[number]

const pickOf = (planted: Planted): string =>
  `n % ${EVERY} = ${EVERY / 2} AND intDiv(n, ${EVERY}) % ${PLANTED.length} = ${PLANTED.indexOf(planted)}`

const KEY = `concat('txn_', substring(lower(hex(sipHash128(n))), 1, 24))`

/** Rows 0 to `rows` - 1 as both sides have them; the same for ever. */
const facts = (rows: number): string => `
  SELECT n, ${KEY} AS key, concat('ch_', substring(lower(hex(sipHash128(n, 1))), 1, 24)) AS object,
    ['gbp', 'eur', 'usd'][1 + n % 3] AS currency, gross AS amount, intDiv(gross * 15, 1000) + 20 AS fee, gross - fee AS net,
    toDateTime(${FIRST_SECOND} + intDiv(n * ${SECONDS}, ${rows}), 'UTC') AS created, toDate(created) AS business_date
  FROM (SELECT number AS n, toInt64(100 + sipHash64(number) % 20000) AS gross FROM numbers(${rows}))`

const SETTINGS =
  'SETTINGS max_insert_block_size = 1000000, min_insert_block_size_rows = 1000000, max_partitions_per_insert_block = 100'

const NAMES = COLUMNS.join(', ')

/** Fills Stripe's side; `differing`: without the rows that it is to miss. */
export const fillStripe = (rows: number, differing: boolean): string => `
INSERT INTO ${TABLES.stripe} (${NAMES})
SELECT key, object, currency, amount, fee, net, created, business_date, 'version 1' AS ref FROM (${facts(rows)})
${differing ? `WHERE NOT (${pickOf('left')})` : ''} ${SETTINGS}`

/** Fills the ledger's side, one row in a thousand other than Stripe's. */
export const fillLedger = (rows: number, differing: boolean): string => {
  const plain = `SELECT key, object, currency, amount, fee, net, created, business_date, 'entry' AS ref FROM (${facts(rows)})`
  return `INSERT INTO ${TABLES.ledger} (${NAMES})
${
  differing
    ? `SELECT key, object, if(${pickOf('currency')}, 'sek', currency) AS currency, amount + (${pickOf('amount')}) AS amount,
         fee + (${pickOf('fee')}) AS fee, net, created, business_date, 'entry' AS ref
       FROM (SELECT * FROM (${facts(rows)}) ARRAY JOIN if(${pickOf('duplicate')}, [1, 2], [1]) AS copy)
       WHERE NOT (${pickOf('right')})`
    : plain
} ${SETTINGS}, prefer_column_name_to_alias = 1`
}

/** What was planted: key, what was done to it, and on which date. */
export const plantedKeys = (rows: number): string => `
SELECT key, toString(business_date) AS date,
  [${PLANTED.map((name) => `'${name}'`).join(', ')}][1 + intDiv(n, ${EVERY}) % ${PLANTED.length}] AS planted
FROM (${facts(rows)}) WHERE n % ${EVERY} = ${EVERY / 2}`

/** What a comparison must say of a planted row, by hand: its kind, and the columns that differ. */
export const EXPECTED: Readonly<Record<Planted, { readonly kind: Kind; readonly columns: string }>> = {
  left: { kind: 'only_ledger', columns: '' },
  right: { kind: 'only_stripe', columns: '' },
  amount: { kind: 'differs', columns: 'amount' },
  fee: { kind: 'differs', columns: 'fee' },
  currency: { kind: 'differs', columns: 'currency' },
  duplicate: { kind: 'duplicate', columns: '' },
}

export type PlantedKey = { readonly key: string; readonly planted: Planted; readonly date: string }
