import type { Context } from 'hono'
import type { Role, Principal } from '../access/roles.ts'
import { TillwatchError } from '../errors.ts'
import { clientIp } from './client-ip.ts'
import { networkOf, type LimitName, type RateLimiter } from './rate-limiter.ts'
import type { ApiEnv } from './request-facts.ts'

/** What of a route decides how much of it a caller may ask. */
export interface RatedRoute {
  readonly allow: readonly Role[] | 'public'
  readonly cost?: number
  readonly unlimited?: true
}

const take = (rates: RateLimiter, limit: LimitName, key: string, points = 1): void => {
  const waitMs = rates.take(limit, key, points)
  if (waitMs <= 0) return
  throw new TillwatchError('rate_limited', undefined, {
    details: { limited_by: limit, retry_after_s: Math.ceil(waitMs / 1_000) },
  })
}

/** Refusals that say that the sender is nobody we know. */
const isUnknown = (error: unknown): boolean =>
  error instanceof TillwatchError && (error.code === 'unauthenticated' || error.code === 'csrf_refused')

/**
 * Finds out who calls, and throws `rate_limited` when that caller has asked too much: a person or token by itself over all routes
 * and again over costly ones, anybody else by the address. Before the role is looked at, so that whoever is refused a route cannot
 * fill the audit trail either. Stripe and the pager send when they must and are never refused; nor is anybody without a limiter.
 */
export const underLimits = async (
  c: Context<ApiEnv>,
  route: RatedRoute,
  identify: () => Promise<Principal>,
): Promise<Principal> => {
  const rates = c.get('rates')
  if (!rates || route.unlimited) return identify()
  const byAddress = (): void => take(rates, 'address', networkOf(clientIp(c)))
  if (route.allow === 'public') byAddress()
  const principal = await identify().catch((error: unknown) => {
    if (isUnknown(error)) byAddress()
    throw error
  })
  if (route.allow === 'public') return principal
  take(rates, 'caller', principal.actorId)
  if (route.cost !== undefined) take(rates, 'costly', principal.actorId, route.cost)
  return principal
}
