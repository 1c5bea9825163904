import { invalid, missing } from './errors.ts'
import type { Range, Reader } from './readers.ts'
import { fields, integer, range, text } from './readers.ts'

const LIMIT_DEFAULT = 10
const LIMIT_MAX = 100

export type PageParams = {
  limit: number | undefined
  starting_after: string | undefined
  ending_before: string | undefined
  created: Range | undefined
}

export type StripeList = { object: 'list'; data: object[]; has_more: boolean; url: string }

/** The parameters of a list: cursors, limit, `created`, and the filters of this one. */
export const pageFields = <S extends Record<string, Reader<unknown>>>(filters: S) =>
  fields({ limit: pageLimit, starting_after: text(), ending_before: text(), created: range, ...filters })

/** `limit` of a list: 1 to 100. */
export const pageLimit: Reader<number | undefined> = (raw, name) => {
  const limit = integer(1)(raw, name)
  if (limit !== undefined && limit > LIMIT_MAX) {
    throw invalid(`This value must be less than or equal to ${LIMIT_MAX} (it currently is '${limit}').`, {
      code: 'parameter_invalid_integer',
      param: name,
    })
  }
  return limit
}

type Row = { id: string; created: number }

const isBelow = (created: number, bounds: Range | undefined): boolean =>
  (bounds?.gt !== undefined && created <= bounds.gt) || (bounds?.gte !== undefined && created < bounds.gte)

const isAbove = (created: number, bounds: Range | undefined): boolean =>
  (bounds?.lt !== undefined && created >= bounds.lt) || (bounds?.lte !== undefined && created > bounds.lte)

/** First place from which on rows satisfy a claim that stays true, by halving. */
const firstPlace = <T>(rows: readonly T[], claim: (row: T) => boolean): number => {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const row = rows[middle]
    if (row !== undefined && claim(row)) high = middle
    else low = middle + 1
  }
  return low
}

/** How Stripe names what a list holds: mostly the URL's word in the singular. */
const WORDS: Readonly<Record<string, string>> = {
  balance_transactions: 'balance transaction',
  early_fraud_warnings: 'early fraud warning',
  payment_methods: 'PaymentMethod',
  webhook_endpoints: 'webhook endpoint',
}

const cursorPlace = (rows: readonly Row[], id: string, param: string, url: string): number => {
  const place = rows.findLastIndex((row) => row.id === id)
  const name = url.slice(url.lastIndexOf('/') + 1)
  if (place === -1) throw missing(WORDS[name] ?? name.replace(/s$/, ''), id, param, 400)
  return place
}

type Sees = (url: string, row: Row) => boolean

/** What the list now being made leaves out; set only while one handler runs, which is without a pause. */
let sees: Sees | null = null

/** Runs a handler whose lists show only the rows that `isVisible` lets through. */
export const seenThrough = <T>(isVisible: Sees | null, run: () => T): T => {
  sees = isVisible
  try {
    return run()
  } finally {
    sees = null
  }
}

/**
 * One page, newest first. `rows` are oldest first by `created`; `show` gives a row as it is shown, or null when it does
 * not belong to the list. Cursors are exclusive and exclude each other (stripe.md §7).
 */
export const page = <T extends Row>(
  rows: readonly T[],
  params: PageParams,
  url: string,
  show: (row: T) => object | null,
): StripeList => {
  const { starting_after: after, ending_before: before, created } = params
  if (after !== undefined && before !== undefined) {
    throw invalid('You may only specify one of these parameters: starting_after, ending_before.', {
      code: 'parameters_exclusive',
    })
  }
  const limit = params.limit ?? LIMIT_DEFAULT
  const low = firstPlace(rows, (row) => !isBelow(row.created, created))
  const high = firstPlace(rows, (row) => isAbove(row.created, created))
  const found: object[] = []
  const take = (row: T | undefined): boolean => {
    const shown = row && (sees?.(url, row) ?? true) ? show(row) : null
    if (shown) found.push(shown)
    return found.length <= limit
  }
  if (before !== undefined) {
    for (
      let at = Math.max(low, cursorPlace(rows, before, 'ending_before', url) + 1);
      at < high && take(rows[at]);
    )
      at += 1
  } else {
    const top = after === undefined ? high : Math.min(high, cursorPlace(rows, after, 'starting_after', url))
    for (let at = top - 1; at >= low && take(rows[at]);) at -= 1
  }
  const data = found.slice(0, limit)
  return {
    object: 'list',
    data: before === undefined ? data : data.reverse(),
    has_more: found.length > limit,
    url,
  }
}
