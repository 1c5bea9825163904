import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { methodNotAllowed } from 'hono/method-not-allowed'
import { secureHeaders } from 'hono/secure-headers'
import { codeOf, TillwatchError } from '../errors.ts'
import { newId } from '../ids.ts'
import { asStorageError } from '../postgres/db.ts'
import type { LogComponent } from '../log.ts'
import type { Deps } from '../service.ts'
import { errorResponse } from './error-response.ts'
import { refusePanInPath, refuseTokenInUrl } from './read-query.ts'
import type { RateLimiter } from './rate-limiter.ts'
import type { ApiEnv } from './request-facts.ts'
import { traceIdOf } from './trace.ts'

/** What HTTP itself needs of the platform. */
export type HttpDeps = Pick<Deps, 'env' | 'db' | 'log' | 'metrics'>
export type Api = OpenAPIHono<ApiEnv>

const URL_MAX = 8_192
const SECONDS_PER_YEAR = 31_536_000

/** The sandbox shows the mails it took: with their own styles, without scripts, and fetching nothing. */
const SANDBOX_PAGES = {
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'unsafe-inline'"],
    imgSrc: ['data:'],
    frameSrc: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
    formAction: ["'self'"],
  },
}

const headers = (): MiddlewareHandler<ApiEnv> => {
  const ours = ownHeaders()
  const ofSandbox = secureHeaders({ ...SANDBOX_PAGES, xFrameOptions: 'DENY', referrerPolicy: 'no-referrer' })
  return async (c, next) => (c.req.path.startsWith('/_sandbox/') ? ofSandbox(c, next) : ours(c, next))
}

const ownHeaders = () =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      connectSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      baseUri: ["'none'"],
      objectSrc: ["'none'"],
      frameAncestors: ["'none'"],
      formAction: ["'self'"],
    },
    strictTransportSecurity: `max-age=${SECONDS_PER_YEAR}; includeSubDomains`,
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
  })

/** Whose log a request belongs to, by its path; the first that fits. Health and pages belong to nobody's. */
const COMPONENT_BY_PATH: readonly (readonly [RegExp, LogComponent])[] = [
  [/^\/payments\/(?:api\/)?webhooks/, 'webhooks'],
  [/^\/payments\/api\/(?:reconciliation|exceptions|payouts)/, 'reconciler'],
  [/^(?:\/payments\/api\/(?:alerts|silences)|\/alerts|\/internal)(?:\/|$)/, 'alerting'],
  [/^\/payments\/api\//, 'payments'],
]

const componentOf = (path: string): LogComponent | undefined =>
  COMPONENT_BY_PATH.find(([pattern]) => pattern.test(path))?.[1]

/** Whoever looks on is no customer: a probe that is told "not ready" is no failed request of a till's. */
export const isLookingOn = (path: string): boolean =>
  path.startsWith('/_sandbox/') || ['/healthz', '/readyz', '/metrics'].includes(path)

/** Gives the request its ids; after the answer, one log line and its metrics. */
const observe =
  (deps: HttpDeps): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const { env, log, metrics } = deps
    const facts = {
      id: newId(env, 'request'),
      traceId: traceIdOf(env, c.req.header('traceparent')),
      arrivedMs: env.machine.nowMs(),
      route: 'unknown',
      log: {},
    }
    c.set('facts', facts)
    await next()
    c.res.headers.set('Request-Id', facts.id)
    const durationMs = env.machine.nowMs() - facts.arrivedMs
    const { method } = c.req
    const { status } = c.res
    const statusClass = `${Math.floor(status / 100)}xx`
    if (!isLookingOn(c.req.path)) {
      metrics.httpRequests.inc({ method, route: facts.route, status_class: statusClass })
      metrics.httpDuration.observe({ method, route: facts.route }, durationMs / 1000)
    }
    const component = componentOf(c.req.path)
    const line = {
      component,
      request_id: facts.id,
      trace_id: facts.traceId,
      method,
      route: facts.route,
      status,
    }
    log[status >= 500 ? 'error' : 'info'](
      { ...line, duration_ms: Math.round(durationMs * 100) / 100, ...facts.log },
      'request',
    )
  }

const checkUrl: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (c.req.url.length > URL_MAX) throw new TillwatchError('uri_too_long')
  const url = new URL(c.req.url)
  refuseTokenInUrl(url)
  refusePanInPath(url)
  await next()
}

/** An empty app for one folder's routes, to be mounted under a root. */
export const createApi = (): Api => new OpenAPIHono<ApiEnv>()

/**
 * The app that every folder's routes are mounted on: ids, log line, metrics, security headers, and an answer in our
 * envelope for whatever goes wrong, 404 and 405 included. Callers are held to `rates`; without them they are not.
 */
export const createRoot = (deps: HttpDeps, rates?: RateLimiter): Api => {
  const root = createApi()
  root.use(async (c, next) => {
    if (rates) c.set('rates', rates)
    await next()
  })
  root.use(observe(deps), headers())
  root.use(
    methodNotAllowed({
      app: root,
      onMethodNotAllowed: (c, methods) => {
        const response = errorResponse(new TillwatchError('method_not_allowed'), c.get('facts').id)
        response.headers.set('Allow', methods.join(', '))
        return response
      },
    }),
  )
  root.use(checkUrl)
  root.onError((thrown, c) => {
    const error = asStorageError(thrown)
    const facts = c.get('facts')
    facts.log['code'] = codeOf(error)
    if (!(error instanceof TillwatchError) || error.status >= 500)
      deps.log.error(
        { component: componentOf(c.req.path), request_id: facts.id, route: facts.route, err: error },
        'request failed',
      )
    return errorResponse(error, facts.id)
  })
  root.notFound((c) => errorResponse(new TillwatchError('not_found'), c.get('facts').id))
  return root
}
