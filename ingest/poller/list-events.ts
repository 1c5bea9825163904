import type Stripe from 'stripe'
import type { Deps } from '#core/service.ts'
import { createdFilter, type Slice } from './domain/poll-window.ts'
import { listPages } from './list-pages.ts'

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
  const fetch = async (params: Stripe.EventListParams) => deps.stripe.events.list(params)
  for await (const page of listPages(createdFilter(slice), fetch)) pages.unshift(page.toReversed())
  return pages
}
