import { createApi, type Api } from '#core/http/root.ts'
import { addDoorRoutes } from './http/door-routes.ts'
import { addMeRoutes } from './http/me-routes.ts'
import { addPeopleRoutes } from './http/people-routes.ts'
import { addReviewRoutes } from './http/review-routes.ts'
import { addSessionRoutes, type AccessDeps } from './http/session-routes.ts'
import { addTokenRoutes } from './http/token-routes.ts'

/** People, their log-ins and sessions, tokens and reviews, to be mounted under `/payments/api`. */
export const accessRoutes = (deps: AccessDeps): Api => {
  const api = createApi()
  addSessionRoutes(api, deps)
  addMeRoutes(api, deps)
  addDoorRoutes(api, deps)
  addPeopleRoutes(api, deps)
  addTokenRoutes(api, deps)
  addReviewRoutes(api, deps)
  return api
}
