import { readFileSync } from 'node:fs'
import { createApi, type Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import type { AlertRule } from '../domain/rule.ts'
import { addCatalogueRoute } from './catalogue-routes.ts'
import { addDeliveryRoute } from './delivery-routes.ts'
import { addHeartbeatRoute } from './heartbeat-route.ts'
import { addIncidentRoutes } from './incident-routes.ts'
import { addOnCallRoutes } from './on-call-routes.ts'
import { addPagerWebhook } from './pager-webhook.ts'
import { addAckPages } from './pages/ack-page.ts'
import { addIncidentPage } from './pages/incident-page.ts'
import { addRunbookPage } from './pages/runbook-page.ts'
import { addSilenceRoutes } from './silence-routes.ts'

const css = readFileSync(new URL('pages/page.css', import.meta.url), 'utf8')

const unsilenceableOf = (rules: readonly AlertRule[]): string[] =>
  rules.filter(({ canBeSilenced }) => !canBeSilenced).map(({ name }) => name)

/** Alerts for people and programs, to be mounted under `/payments/api`. */
export const alertingRoutes = (deps: Deps, rules: readonly AlertRule[]): Api => {
  const api = createApi()
  // Before /alerts/{id}, which would take their names for ids.
  addCatalogueRoute(api, deps, rules)
  addDeliveryRoute(api, deps)
  addOnCallRoutes(api, deps, rules)
  addIncidentRoutes(api, deps)
  addSilenceRoutes(api, deps, unsilenceableOf(rules))
  return api
}

/** Doors without the API's base: the pager's webhook, the second path's pulse, and pages that a message's link opens. */
export const alertingDoors = (deps: Deps, rules: readonly AlertRule[]): Api => {
  const api = createApi()
  addPagerWebhook(api, deps)
  addHeartbeatRoute(api, deps)
  api.get('/alerts/page.css', (c) =>
    c.body(css, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'max-age=60' }),
  )
  addRunbookPage(api, rules)
  addAckPages(api, deps)
  addIncidentPage(api, deps)
  return api
}
