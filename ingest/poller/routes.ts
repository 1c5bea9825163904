import { z } from '@hono/zod-openapi'
import { isBusinessDate, startOfBusinessDate } from '#core/business-date.ts'
import { defineRoute } from '#core/http/api.ts'
import { instantField } from '#core/http/fields.ts'
import { createApi, type Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { replayEvents } from './replay-events.ts'

const count = z.number().int()
const dateField = z
  .string()
  .refine(isBusinessDate, 'must be an instant like 2026-11-22T09:00:00Z or a date')
  .openapi({ type: 'string', format: 'date' })
const replayedSchema = z.strictObject({
  since: z.string(),
  events_since: z.string(),
  events: count,
  objects: count,
  new: count,
  processed: count,
})
const replaySchema = z.strictObject({ since: z.union([instantField(), dateField]) })

/** A date begins when it does at the account. */
const instantOf = (since: Date | string, zone: string): Date =>
  typeof since === 'string' ? startOfBusinessDate(since, zone) : since

/** `POST /replay`: heals from Stripe what no delivery told; to be mounted under the API's base. */
export const pollerRoutes = (deps: Deps): Api => {
  const api = createApi()
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/replay',
      summary: "Read Stripe's events and objects again from an instant on and apply what never came",
      allow: ['oncall', 'admin', 'manager'],
      scope: 'shop',
      cost: 10,
      body: replaySchema,
      answers: { 201: replayedSchema },
      errors: ['provider_unavailable'],
    },
    async ({ body, facts }) => {
      const since = instantOf(body.since, deps.shop.account.zone)
      const { eventsSince, fresh, ...counts } = await replayEvents(deps, since)
      Object.assign(facts.log, { ...counts, new: fresh })
      const instants = { since: since.toISOString(), events_since: eventsSince.toISOString() }
      return { status: 201, body: { ...instants, ...counts, new: fresh } }
    },
  )
  return api
}
