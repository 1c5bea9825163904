/** The two sides of the comparison and where their copies stand in ClickHouse. */
export const SIDES = ['stripe', 'ledger'] as const
export type SideName = (typeof SIDES)[number]

/** The table of each side's copy. */
export const TABLES: Readonly<Record<SideName, string>> = {
  stripe: 'reconciliation_stripe_v3',
  ledger: 'reconciliation_ledger_v3',
}

/** Version of the expressions behind `h` and `whole` in the tables' DDL; a copy that was filled by others is filled again. */
export const HASH_VERSION = 3

/** What is compared of each balance transaction, beside its key. */
export const COMPARED = ['object', 'currency', 'amount', 'fee', 'net', 'created', 'business_date'] as const
export type Column = (typeof COMPARED)[number]

/** Columns of a side's rows, in the order in which they are copied. */
export const COLUMNS = ['key', ...COMPARED, 'ref'] as const

/** Business dates, both ends included. */
export interface Dates {
  readonly from: string
  readonly to: string
}

/** `h` made anew from the columns, for those who do not trust the stored one. */
export const HASH_OF_COLUMNS = `cityHash64(key, ${COMPARED.join(', ')})`

/** The whole row as one JSON array of texts, in the order of `COLUMNS`, `hash` last. The tables keep it as `whole`, with `h`. */
export const wholeOf = (hash: string): string =>
  `toJSONString([${[...COLUMNS.map((column) => `toString(${column})`), `toString(${hash})`].join(', ')}])`

/** A hash of the columns that is another one as well when `whole` does not say what they say. */
export const HASH_OF_ALL = `if(whole = ${wholeOf('h')}, ${HASH_OF_COLUMNS}, 0)`
