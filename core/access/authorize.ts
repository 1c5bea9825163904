import type { ErrorCode } from '../error-codes.ts'
import { seesShop, type Principal, type Role } from './roles.ts'
import { isInScope } from './scopes.ts'

/** What of a route decides who may use it. */
export interface AccessRule {
  readonly method: string
  readonly path: string
  readonly allow: readonly Role[] | 'public'
  readonly scope: 'shop' | 'store' | 'own'
  readonly stepUp?: true
}

/** Milliseconds for which a proved second factor counts for what needs a fresh one (reliability.md §4, step-up). */
export const STEP_UP_MS = 600_000

/** True while a second factor proved at `at` is fresh; never when none was proved. */
export const isFactorFresh = (at: Date | null, now: Date): boolean =>
  at !== null && now.getTime() - at.getTime() < STEP_UP_MS

/** Only people can be asked for a code; a till's cashier has none, and a token proved itself by its scope and end. */
const lacksFreshFactor = ({ sessionId, tillId, role, steppedUpAt }: Principal, now: Date): boolean =>
  sessionId !== null && !(role === 'cashier' && tillId !== null) && !isFactorFresh(steppedUpAt, now)

/**
 * Why the caller may not use the route, or undefined. In this order: role, the token's scopes, what belongs to the whole shop,
 * and last the fresh second factor, which is the only one that the caller can do something about.
 */
export const refusal = (rule: AccessRule, principal: Principal, now: Date): ErrorCode | undefined => {
  if (rule.allow === 'public') return undefined
  if (!rule.allow.some((role) => role === principal.role)) return 'forbidden'
  if (!isInScope(principal.scopes, rule.method, rule.path)) return 'forbidden'
  if (rule.scope === 'shop' && !seesShop(principal)) return 'forbidden'
  if (rule.stepUp === true && lacksFreshFactor(principal, now)) return 'mfa_required'
  return undefined
}
