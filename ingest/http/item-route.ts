import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import type { Deps } from '#core/service.ts'
import { tiersOf } from '../approvals/ask-second.ts'

const itemsSchema = z
  .strictObject({
    currency: z.string(),
    data: z.array(
      z.strictObject({
        name: z.string(),
        group: z.string(),
        unit_amount: z.number().int(),
        tax_amount: z.number().int(),
      }),
    ),
    cashier_refund_limit: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'Most that a cashier gives back of one payment; null: no limit' }),
  })
  .openapi('Items')

/** `GET /items`: what the tills sell, as shop.yaml lists it, in the account's currency. */
export const addItemRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/items',
      summary: 'What the tills of the shop sell',
      allow: ['cashier', 'manager'],
      scope: 'store',
      answers: { 200: itemsSchema },
      errors: [],
    },
    async () => {
      const { account, items } = deps.shop
      const tier = tiersOf(deps).find(
        ({ role, currency }) => role === 'cashier' && currency === account.currency,
      )
      const body = {
        currency: account.currency,
        data: items,
        cashier_refund_limit: tier?.alone_up_to ?? null,
      }
      return { status: 200, body }
    },
  )
