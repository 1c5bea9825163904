import { createApi, type Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { addCalendar } from './http/calendar-route.ts'
import { addCertificateRoutes } from './http/certificate-routes.ts'
import { addExceptionRoutes } from './http/exception-routes.ts'
import { addDeskRoutes } from './http/desk-routes.ts'
import { addPayoutRoutes } from './http/payout-routes.ts'
import { addReportRoutes } from './http/report-routes.ts'
import { addRunRoutes } from './http/run-routes.ts'

/** Runs, certificates, exceptions and payouts; to be mounted under the API's base (architecture §3.1). */
export const reconcilerRoutes = (deps: Deps): Api => {
  const api = createApi()
  addRunRoutes(api, deps)
  addCalendar(api, deps)
  addCertificateRoutes(api, deps)
  addDeskRoutes(api, deps)
  addExceptionRoutes(api, deps)
  addPayoutRoutes(api, deps)
  addReportRoutes(api, deps)
  return api
}
