import { wallOf } from '#core/env.ts'
import type { Deps, Service } from '#core/service.ts'
import { ensureReview, quarterOf } from './reviews.ts'

/** Opens the quarter's access review when its quarter has begun; log-ins themselves need no service. */
export const startAccess = async (deps: Deps): Promise<Service> => {
  /** The database is asked once a quarter and process, not at each tick. */
  let opened = ''
  return {
    name: 'access',
    open: async () => 0,
    enqueueDue: async () => {
      const now = wallOf(deps.env).now()
      if (quarterOf(now) === opened) return
      await ensureReview(deps, now)
      opened = quarterOf(now)
    },
    nextDue: async () => null,
    stop: async () => undefined,
  }
}
