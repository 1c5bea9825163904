import { wallOf } from '#core/env.ts'
import type { Deps, Service } from '#core/service.ts'
import { ensureReview } from './reviews.ts'

/** Opens the quarter's access review when its quarter has begun; log-ins themselves need no service. */
export const startAccess = async (deps: Deps): Promise<Service> => ({
  name: 'access',
  open: async () => 0,
  enqueueDue: async () => {
    await ensureReview(deps, wallOf(deps.env).now())
  },
  nextDue: async () => null,
  stop: async () => undefined,
})
