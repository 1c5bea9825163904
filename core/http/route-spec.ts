import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Principal, Role } from '../access/roles.ts'
import type { ErrorCode } from '../error-codes.ts'
import type { ApiEnv, RequestFacts } from './request-facts.ts'

/** A schema, or nothing to check. */
export type Schema = z.ZodType | undefined
/** What a schema makes of what came. */
export type Read<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined

/** A route, said once: who may call it, what it takes, what it answers. */
export interface RouteSpec<P extends Schema, Q extends Schema, B extends Schema> {
  readonly method: 'get' | 'post' | 'delete'
  /** Path in OpenAPI's form: `/sales/{id}`. */
  readonly path: string
  readonly summary: string
  /** Deny by default: only these roles, or everybody when `public`. */
  readonly allow: readonly Role[] | 'public'
  /**
   * What the route shows or changes: `shop` what belongs to the shop as a whole (closed to whoever is bound to stores or a till),
   * `store` objects of a store, of which others answer `not_found`, `own` what belongs to the caller alone.
   */
  readonly scope: 'shop' | 'store' | 'own'
  /** A person must have proved a second factor lately: money out, and administration (reliability.md §4). */
  readonly stepUp?: true
  /** Looking at it is written to the audit trail as well. */
  readonly sensitive?: true
  /** Points of a caller's tighter limit (rate-limiter.ts): 1 for what reads very many rows, 10 for what writes them out or proves them. */
  readonly cost?: number
  /** Never refused for how often it is asked: deliveries of Stripe and the pager, which prove themselves by their signature. */
  readonly unlimited?: true
  /** A money call: it needs an Idempotency-Key. */
  readonly idempotent?: true
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** The body may be left out and is then `{}`. */
  readonly bodyOptional?: true
  /** The handler reads the bytes itself; every other route without a `body` refuses one. */
  readonly ownBody?: true
  readonly answers: Readonly<Record<number, z.ZodType>>
  /** Codes of the verb itself; those of the door (body, query, token) are added. */
  readonly errors: readonly ErrorCode[]
}

/** A request behind the door: everything in it was checked. */
export interface RouteRequest<P extends Schema, Q extends Schema, B extends Schema> {
  readonly principal: Principal
  readonly params: Read<P>
  readonly query: Read<Q>
  readonly body: Read<B>
  /** The body as it came, for fingerprints. */
  readonly rawBody: unknown
  /** Empty on routes that are not money calls. */
  readonly idempotencyKey: string
  readonly method: string
  /** Path with its base, without the query. */
  readonly path: string
  readonly facts: RequestFacts
  readonly context: Context<ApiEnv>
}

/** JSON from `body`, or `text` exactly as it is. */
export interface RouteAnswer {
  readonly status: number
  readonly body?: unknown
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}
