import type { Principal } from '../access/roles.ts'
import type { AuditActor } from '../audit/append-audit.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** What is known of a request from its arrival on; the canonical log line is made of it. */
export interface RequestFacts {
  /** `req_...`, in the header Request-Id and in every error. */
  readonly id: string
  /** 32 hex digits that follow the request through Stripe's metadata, postings and events. */
  readonly traceId: string
  /** Machine time of arrival, for durations. */
  readonly arrivedMs: number
  /** The route's template, never the path: a path may hold what must not be logged. */
  route: string
  /** Ids and words for the log line; no amounts of text, no names. */
  readonly log: Record<string, string | number | boolean | null>
  /** Who calls, once the door knows it; also of a call that is then refused. */
  principal?: Principal
  /** Body of the verb's own answer, of which the audit trail keeps the few fields that say what came of it. */
  answer?: unknown
  /** What a verb says of its change for the audit trail: which object, how it was before and is after, and who, where it logged him in. */
  audit?: {
    readonly object: string
    readonly before?: unknown
    readonly after?: unknown
    readonly actor?: AuditActor
  }
}

/** Hono's variables of every request under `createRoot`. */
export type ApiEnv = { Variables: { facts: RequestFacts; rates?: RateLimiter } }
