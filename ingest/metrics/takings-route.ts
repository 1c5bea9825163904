import { z } from '@hono/zod-openapi'
import { businessDateOf, endOfBusinessDate, startOfBusinessDate } from '#core/business-date.ts'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { toWireAmount } from '#core/money.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const sumTakings = loadSql(import.meta.url, 'sql/takings_sum.sql')

interface TakingsRow {
  readonly method: 'card' | 'cash' | 'check'
  readonly currency: string
  readonly taken: string
  readonly refunded: string
  readonly payments: number
  readonly refunds: number
}

const takingsSchema = z.strictObject({
  business_date: z.string(),
  data: z.array(
    z.strictObject({
      method: z.enum(['card', 'cash', 'check']),
      currency: z.string(),
      taken: z.number().int(),
      refunded: z.number().int(),
      payments: z.number().int(),
      refunds: z.number().int(),
    }),
  ),
  as_of: z.string(),
})

/** `GET /metrics/takings`: what was taken and given back today, by the account's calendar, per method and currency. */
export const addTakingsRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/metrics/takings',
      summary: "Today's takings by method and currency, as they stand now",
      allow: ['finance', 'manager', 'auditor'],
      scope: 'shop',
      answers: { 200: takingsSchema },
      errors: [],
    },
    async () => {
      const now = deps.env.clock.now()
      const { zone } = deps.shop.account
      const date = businessDateOf(now, zone)
      const day = [startOfBusinessDate(date, zone), endOfBusinessDate(date, zone)]
      const rows = await deps.db.rows<TakingsRow>(sumTakings, day)
      const data = rows.map(({ taken, refunded, ...row }) => ({
        ...row,
        taken: toWireAmount(BigInt(taken)),
        refunded: toWireAmount(BigInt(refunded)),
      }))
      return { status: 200, body: { business_date: date, data, as_of: now.toISOString() } }
    },
  )
