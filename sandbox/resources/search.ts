import type { Call, Endpoint } from '../http/answer.ts'
import { endpoint } from '../http/answer.ts'
import { invalid } from '../http/errors.ts'
import { pageLimit } from '../http/pages.ts'
import { fields, required, text } from '../http/readers.ts'
import { readQuery } from '../http/search-query.ts'
import type { Kind } from '../store/objects.ts'

/**
 * How long after it was made an object cannot be found (sandbox time). Stripe documents less than a minute; 16 s to two
 * minutes were observed (stripe.md §1). A change to an object that can be found shows at once, unlike Stripe.
 */
const SEARCH_LAG_S = 20

const COMMON = ['created', 'metadata']
const FIELDS = {
  charge: [
    ...COMMON,
    'amount',
    'billing_details.address.postal_code',
    'currency',
    'customer',
    'disputed',
    'payment_method_details.card.brand',
    'payment_method_details.card.exp_month',
    'payment_method_details.card.exp_year',
    'payment_method_details.card.fingerprint',
    'payment_method_details.card.last4',
    'refunded',
    'status',
  ],
  customer: [...COMMON, 'email', 'name', 'phone'],
  payment_intent: [...COMMON, 'amount', 'currency', 'customer', 'status'],
} as const satisfies Partial<Record<Kind, readonly string[]>>

type Searchable = keyof typeof FIELDS

const shape = fields({ limit: pageLimit, page: text(), query: required(text(10_000)) })

const placeOf = (page: string | undefined): number => {
  if (page === undefined) return 0
  const place = Number(Buffer.from(page, 'base64url').toString('utf8'))
  if (Number.isSafeInteger(place) && place > 0) return place
  throw invalid('Invalid page token.', { param: 'page' })
}

const search = (
  { view, unit }: Call,
  kind: Searchable,
  params: NonNullable<ReturnType<typeof shape>>,
  url: string,
): object => {
  const fits = readQuery(params.query, FIELDS[kind])
  const found = view
    .rows(kind)
    .filter((row) => row.created <= unit.seconds - SEARCH_LAG_S && !view.isHidden(row) && !('deleted' in row))
    .map((row) => view.show(row, unit.at_ms))
    .filter(fits)
    .reverse()
  const from = placeOf(params.page)
  const to = from + (params.limit ?? 10)
  const has_more = found.length > to
  return {
    object: 'search_result',
    data: found.slice(from, to),
    has_more,
    next_page: has_more ? Buffer.from(String(to)).toString('base64url') : null,
    url,
  }
}

/** To be routed before `/:id`, of which `/search` would be one. */
export const searchEndpoints: readonly Endpoint[] = (
  [
    ['charge', '/v1/charges/search'],
    ['customer', '/v1/customers/search'],
    ['payment_intent', '/v1/payment_intents/search'],
  ] as const
).map(([kind, path]) => endpoint('GET', path, shape, (call, params) => search(call, kind, params, path)))
