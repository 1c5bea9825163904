import { z } from '@hono/zod-openapi'
import { ROLES, seesTill } from '#core/access/roles.ts'
import type { Config } from '#core/config.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'

const facts = z.object({
  name: z.string(),
  zone: z.string(),
  currency: z.string(),
  locale: z.string(),
  stores: z.array(z.object({ id: z.string(), name: z.string() })),
  tills: z.array(z.object({ id: z.string(), name: z.string(), store: z.string() })),
  sandbox: z.boolean(),
  grafana_url: z.string().nullable(),
  now: z.string(),
})

/** What every page needs of the shop to write money and times: zone, currency, and the stores that the caller sees. */
export const addShopRoute = (api: Api, deps: Deps, config: Config): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/shop',
      summary: 'Name, zone, currency, stores and tills that the caller sees',
      allow: ROLES,
      scope: 'store',
      answers: { 200: facts },
      errors: [],
    },
    async ({ principal }) => {
      const { shop } = deps
      const tills = shop.tills.filter(({ id }) => seesTill(principal, id))
      const stores = shop.stores.filter(({ id }) => tills.some(({ store }) => store === id))
      return {
        status: 200,
        body: {
          name: stores.map(({ name }) => name).join(', '),
          zone: shop.account.zone,
          currency: shop.account.currency,
          locale: shop.receipt_locale,
          stores: stores.map(({ id, name }) => ({ id, name })),
          tills: tills.map(({ id, name, store }) => ({ id, name, store })),
          sandbox: config.STRIPE_SECRET_KEY === undefined,
          grafana_url: config.GRAFANA_URL ?? null,
          now: deps.env.clock.now().toISOString(),
        },
      }
    },
  )
}
