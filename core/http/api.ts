import type { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { ANONYMOUS, type Principal, type Role } from '../access/roles.ts'
import { authenticate } from '../access/tokens.ts'
import type { ErrorCode } from '../error-codes.ts'
import { TillwatchError } from '../errors.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { describeRoute } from './openapi.ts'
import { readJsonBody } from './read-body.ts'
import { readQuery } from './read-query.ts'
import type { ApiEnv, RequestFacts } from './request-facts.ts'
import type { Api, HttpDeps } from './root.ts'
import { validateBody, validateParams, validateQuery } from './validate.ts'

type Schema = z.ZodType | undefined
type Read<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined

/** A route, said once: who may call it, what it takes, what it answers. */
export interface RouteSpec<P extends Schema, Q extends Schema, B extends Schema> {
  readonly method: 'get' | 'post' | 'delete'
  /** Path in OpenAPI's form: `/sales/{id}`. */
  readonly path: string
  readonly summary: string
  /** Deny by default: only these roles, or everybody when `public`. */
  readonly allow: readonly Role[] | 'public'
  /** A money call: it needs an Idempotency-Key. */
  readonly idempotent?: true
  readonly params?: P
  readonly query?: Q
  readonly body?: B
  /** The body may be left out and is then `{}`. */
  readonly bodyOptional?: true
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

const identify = async (
  deps: HttpDeps,
  c: Context<ApiEnv>,
  allow: readonly Role[] | 'public',
): Promise<Principal> => {
  if (allow === 'public') return ANONYMOUS
  const principal = await authenticate(deps.env, deps.db, c.req.header('authorization'))
  const { log } = c.get('facts')
  log['token_id'] = principal.tokenId
  log['role'] = principal.role
  if (!allow.some((role) => role === principal.role)) throw new TillwatchError('forbidden')
  return principal
}

const readUrl = <P extends Schema, Q extends Schema>(
  spec: Pick<RouteSpec<P, Q, Schema>, 'params' | 'query'>,
  c: Context<ApiEnv>,
) => {
  const given = readQuery(new URL(c.req.url))
  const [unknown] = Object.keys(given)
  if (!spec.query && unknown !== undefined) throw new TillwatchError('query_invalid')
  return {
    params: (spec.params ? validateParams(spec.params, c.req.param()) : undefined) as Read<P>,
    query: (spec.query ? validateQuery(spec.query, given) : undefined) as Read<Q>,
  }
}

const toResponse = (answer: RouteAnswer): Response =>
  new Response(answer.text ?? JSON.stringify(answer.body), {
    status: answer.status,
    headers: {
      'Content-Type': 'application/json; charset=UTF-8',
      'Cache-Control': 'no-store',
      ...answer.headers,
    },
  })

/**
 * Adds a route to `api` and to its OpenAPI document. Order at the door: token, role, URL, key, body; so a caller without
 * rights learns nothing of what the route would accept.
 */
export const defineRoute = <
  P extends Schema = undefined,
  Q extends Schema = undefined,
  B extends Schema = undefined,
>(
  api: Api,
  deps: HttpDeps,
  spec: RouteSpec<P, Q, B>,
  handler: (request: RouteRequest<P, Q, B>) => Promise<RouteAnswer | Response>,
): void => {
  api.openAPIRegistry.registerPath(describeRoute(spec))
  api.on(spec.method.toUpperCase(), spec.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
    const facts = c.get('facts')
    facts.route = spec.path
    const principal = await identify(deps, c, spec.allow)
    const url = readUrl(spec, c)
    const idempotencyKey = spec.idempotent ? readIdempotencyKey(c.req.header('idempotency-key')) : ''
    const rawBody = spec.body ? await readJsonBody(c, spec.bodyOptional === true) : undefined
    const body = (spec.body ? validateBody(spec.body, rawBody) : undefined) as Read<B>
    const { method, path } = c.req
    const answer = await handler({
      ...url,
      principal,
      body,
      rawBody,
      idempotencyKey,
      method,
      path,
      facts,
      context: c,
    })
    return answer instanceof Response ? answer : toResponse(answer)
  })
}
