import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { refusal, type AccessRule } from '../access/authorize.ts'
import { ANONYMOUS, type Principal } from '../access/roles.ts'
import { wallOf } from '../env.ts'
import { identify as whoSends } from '../access/identify.ts'
import { underAudit } from '../audit/door.ts'
import { TillwatchError } from '../errors.ts'
import { STATUS_CLASSES } from '../metrics/of-platform.ts'
import { readIdempotencyKey } from './idempotency-key.ts'
import { describeRoute } from './openapi.ts'
import { underLimits, type RatedRoute } from './rate-limit.ts'
import { readJsonBody } from './read-body.ts'
import { readQuery } from './read-query.ts'
import type { ApiEnv } from './request-facts.ts'
import type { Api, HttpDeps } from './root.ts'
import type { Read, RouteAnswer, RouteRequest, RouteSpec, Schema } from './route-spec.ts'
import { validateBody, validateParams, validateQuery } from './validate.ts'

const identify = async (
  deps: HttpDeps,
  c: Context<ApiEnv>,
  rule: AccessRule & RatedRoute,
): Promise<Principal> => {
  const isPublic = rule.allow === 'public'
  const principal = await underLimits(c, rule, async () => (isPublic ? ANONYMOUS : whoSends(deps, c.req.raw)))
  if (isPublic) return principal
  const facts = c.get('facts')
  facts.principal = principal
  const { log } = facts
  log['actor_id'] = principal.actorId
  log['role'] = principal.role
  const refused = refusal(rule, principal, wallOf(deps.env).now())
  if (refused !== undefined) throw new TillwatchError(refused)
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

/** A field that a route does not know is never ignored, so a route without a body takes none. */
const NO_BODY = z.strictObject({})

const readBody = async <B extends Schema>(spec: RouteSpec<Schema, Schema, B>, c: Context<ApiEnv>) => {
  if (spec.method === 'get' || spec.ownBody) return { rawBody: undefined, body: undefined as Read<B> }
  const rawBody = await readJsonBody(c, spec.body === undefined || spec.bodyOptional === true)
  const read = validateBody(spec.body ?? NO_BODY, rawBody)
  return { rawBody, body: (spec.body ? read : undefined) as Read<B> }
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

/** A route's first failure is an increase only where it stood at 0 before. */
const showAtZero = (
  { httpRequests, httpDuration }: HttpDeps['metrics'],
  method: string,
  route: string,
): void => {
  for (const status_class of STATUS_CLASSES) httpRequests.inc({ method, route, status_class }, 0)
  httpDuration.zero({ method, route })
}

/**
 * Adds a route to `api` and to its OpenAPI document. Order at the door: token, how often, role, URL, key, body; so a caller without
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
  showAtZero(deps.metrics, spec.method.toUpperCase(), spec.path)
  api.on(spec.method.toUpperCase(), spec.path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
    const facts = c.get('facts')
    facts.route = spec.path
    return underAudit(deps, spec, c, async (begin) => {
      const principal = await identify(deps, c, spec)
      const url = readUrl(spec, c)
      const idempotencyKey = spec.idempotent ? readIdempotencyKey(c.req.header('idempotency-key')) : ''
      const { rawBody, body } = await readBody(spec, c)
      const { method, path } = c.req
      await begin(body)
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
      if (answer instanceof Response) return answer
      facts.answer = answer.body ?? answer.text
      return toResponse(answer)
    })
  })
}
