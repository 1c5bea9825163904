import Stripe from 'stripe'
import { TillwatchError } from '#core/errors.ts'
import type { Deps } from '#core/service.ts'
import { failureOf } from '../domain/stripe-failure.ts'
import { createdFilter, type Slice } from './domain/poll-window.ts'

/** Stripe's largest page. */
const PAGE_MAX = 100

const listPage = async (
  deps: Pick<Deps, 'stripe' | 'metrics'>,
  params: Stripe.EventListParams,
): Promise<Stripe.ApiList<Stripe.Event>> => {
  const count = (outcome: string) => deps.metrics.stripeRequests.inc({ operation: 'list_events', outcome })
  try {
    const page = await deps.stripe.events.list(params)
    count('done')
    return page
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    count(failureOf(error).kind)
    throw new TillwatchError('provider_unavailable', undefined, { cause: error })
  }
}

/**
 * Every event of a slice, in Stripe's pages, the oldest first. Stripe lists the newest first, so a slice is complete only
 * with its last page: throws `provider_unavailable` when any page fails, and then nothing of it counts as read
 * (reliability.md row 25).
 */
export const listEvents = async (
  deps: Pick<Deps, 'stripe' | 'metrics'>,
  slice: Slice,
): Promise<Stripe.Event[][]> => {
  const pages: Stripe.Event[][] = []
  const created = createdFilter(slice)
  let last: string | undefined
  for (;;) {
    const params = { limit: PAGE_MAX, created, ...(last === undefined ? {} : { starting_after: last }) }
    const page = await listPage(deps, params)
    if (page.data.length > 0) pages.unshift(page.data.toReversed())
    if (!page.has_more) return pages
    last = page.data.at(-1)?.id
    // Nothing says where the rest would start.
    if (last === undefined) throw new TillwatchError('provider_unavailable', 'Stripe sent an empty page.')
  }
}
