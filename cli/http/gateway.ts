import { rateLimitsOf, type Config } from '#core/config.ts'
import { measureGauges } from '#core/metrics/measure-gauges.ts'
import { openApiDocument } from '#core/http/openapi.ts'
import { identify } from '#core/access/identify.ts'
import { createRateLimiter } from '#core/http/rate-limiter.ts'
import { createApi, createRoot, isLookingOn, type Api } from '#core/http/root.ts'
import { logAs } from '#core/log.ts'
import type { Deps, Service } from '#core/service.ts'
import { accessTable, addAccessTable } from './access/table-route.ts'
import type { Fetch } from './listen.ts'
import { readiness } from './readiness.ts'
import { accessRoutes } from '../../access/routes.ts'
import { auditRoutes } from '../../audit/routes.ts'
import { CATALOGUE } from '../../alerting/catalogue.ts'
import { alertingDoors, alertingRoutes } from '../../alerting/http/routes.ts'
import { ingestRoutes } from '../../ingest/main.ts'
import { webhookRoute, workerRoutes } from '../../ingest/worker.ts'
import { reconcilerRoutes } from '../../reconciler/routes.ts'
import { openHub, type Hub } from '../stream/hub.ts'
import { addStreamRoute } from '../stream/stream-route.ts'
import { houseRoutes } from './house-routes.ts'
import { mountSandboxProxy } from './sandbox-proxy.ts'
import type { Ui } from './ui-files.ts'
import { mountUi } from './ui-routes.ts'

/** The HTTP side of a process. */
export interface Gateway {
  readonly fetch: Fetch
  /** Every door there is, `METHOD /path`: those of the API and the plain ones. */
  readonly doors: readonly string[]
  /** Counts open calls, so that the sandbox's clock stands while one is answered. */
  readonly service: Service
  countCalls(): number
}

export interface GatewayOptions {
  readonly deps: Deps
  readonly config: Config
  readonly services: readonly Service[]
  readonly sandboxUrl: string | null
  /** The pages that people open; null where there are none, as in tests of the API. */
  readonly ui: Ui | null
  /** Without it only health and metrics are served: a worker or reconciler of its own. */
  readonly withApi: boolean
}

const createCallCounter = () => {
  let open = 0
  let served = 0
  return {
    open: () => open,
    served: () => served,
    around: async (work: () => Promise<void>): Promise<void> => {
      open += 1
      try {
        await work()
      } finally {
        open -= 1
        served += 1
      }
    },
  }
}

/** How long a stop waits for calls that are being answered (reliability: drain within 30 s). */
const DRAIN_WITHIN_MS = 30_000
const LOOK_AGAIN_MS = 10

const intakeService = (deps: Deps, open: () => number, hub: Hub): Service => ({
  name: 'http',
  open: async () => open(),
  enqueueDue: async () => undefined,
  nextDue: async () => null,
  stop: async () => {
    hub.close()
    const deadline = deps.env.machine.nowMs() + DRAIN_WITHIN_MS
    while (open() > 0 && deps.env.machine.nowMs() < deadline) await deps.env.machine.sleep(LOOK_AGAIN_MS)
  },
})

const mountHealth = (app: Api, deps: Deps, services: readonly Service[]): void => {
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const state = await readiness(deps)
    return c.json(state, state.status === 'unavailable' ? 503 : 200)
  })
  app.get('/metrics', async (c) => {
    // Backlog gauges are measured when they are asked for; without the database the rest is still shown.
    await Promise.all(services.map(async (service) => service.open())).catch((error: unknown) => {
      deps.log.warn({ err: error }, 'backlog not measured')
    })
    await measureGauges(deps)
    const { registry } = deps.metrics
    return c.text(await registry.metrics(), 200, { 'content-type': registry.contentType })
  })
}

/** Base path of the API (architecture §3.1). */
const BASE = '/payments/api'

const mountApi = (app: Api, { deps, config, ui, sandboxUrl }: GatewayOptions, hub: Hub): void => {
  for (const routes of [
    ingestRoutes(deps),
    workerRoutes(deps),
    reconcilerRoutes(deps),
    alertingRoutes(logAs(deps, 'alerting'), CATALOGUE),
    auditRoutes(deps),
    accessRoutes({ ...deps, demo: sandboxUrl !== null }),
    houseRoutes(deps, config),
    streamRoutes(deps, hub),
    tableRoutes(deps, app),
  ])
    app.route(BASE, routes)
  // Before the alerts' own pages, which are for links out of messages.
  if (ui) mountUi(app, ui)
  app.route('/', webhookRoute(deps))
  app.route('/', alertingDoors(logAs(deps, 'alerting'), CATALOGUE))
  app.get('/openapi.json', (c) => c.json(openApiDocument(app)))
}

const tableRoutes = (deps: Deps, root: Api): Api => {
  const api = createApi()
  addAccessTable(api, deps, () => accessTable(root))
  return api
}

const streamRoutes = (deps: Deps, hub: Hub): Api => {
  const api = createApi()
  addStreamRoute(api, deps, hub, async (sender) => identify(deps, sender))
  return api
}

/** Assembles every route of this process. */
export const createGateway = (options: GatewayOptions): Gateway => {
  const { deps, config, sandboxUrl } = options
  const calls = createCallCounter()
  const hub = openHub(deps)
  const app = createRoot(deps, createRateLimiter(deps.env.machine, rateLimitsOf(config)))
  // The control plane asks about us while it waits for us, and looking on is no work: neither holds the clock.
  app.use(async (c, next) => (isLookingOn(c.req.path) ? next() : calls.around(next)))
  mountHealth(app, deps, options.services)
  if (options.withApi) mountApi(app, options, hub)
  if (sandboxUrl !== null) mountSandboxProxy(app, sandboxUrl)
  return {
    fetch: app.fetch as Fetch,
    // Without what stands before every door.
    doors: [
      ...new Set(
        app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
      ),
    ],
    service: intakeService(deps, calls.open, hub),
    countCalls: calls.served,
  }
}
