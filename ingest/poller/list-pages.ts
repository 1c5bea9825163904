import Stripe from 'stripe'
import { TillwatchError } from '#core/errors.ts'

/** Stripe's largest page. */
const PAGE_MAX = 100

/** What every list of Stripe's takes. */
export interface PageParams {
  readonly limit: number
  readonly created: { gte: number; lt?: number; lte?: number }
  readonly starting_after?: string
}

/** One page of a list, the newest first. */
export type FetchPage<Thing> = (params: PageParams) => Promise<{ data: Thing[]; has_more: boolean }>

const fetchPage = async <Thing>(fetch: () => ReturnType<FetchPage<Thing>>) => {
  try {
    return await fetch()
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    throw new TillwatchError('provider_unavailable', undefined, { cause: error })
  }
}

/**
 * The pages of one of Stripe's lists, the newest first. Throws `provider_unavailable` when any page fails: who stops there has
 * not read the list, and must not say so (reliability.md row 25).
 */
export async function* listPages<Thing extends { readonly id: string }>(
  created: PageParams['created'],
  fetch: FetchPage<Thing>,
): AsyncGenerator<Thing[], void, undefined> {
  let last: string | undefined
  for (;;) {
    const params = { limit: PAGE_MAX, created, ...(last === undefined ? {} : { starting_after: last }) }
    const page = await fetchPage(async () => fetch(params))
    if (page.data.length > 0) yield page.data
    if (!page.has_more) return
    last = page.data.at(-1)?.id
    // Nothing says where the rest would start.
    if (last === undefined) throw new TillwatchError('provider_unavailable', 'Stripe sent an empty page.')
  }
}
