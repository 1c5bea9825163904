import { z } from '@hono/zod-openapi'
import { seesTill, type Role } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { idField, textField } from '#core/http/fields.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { holdSale } from './hold-sale.ts'
import { heldSaleSchema, saleSchema, toSaleWire, type SaleRow } from './sale-wire.ts'

const listHeld = loadSql(import.meta.url, '../sql/sale_list_held.sql')

const SELLS: readonly Role[] = ['cashier', 'manager']
const NOTE_MAX = 200
/** More than anybody puts aside at one till; the oldest come first. */
const HELD_MAX = 100

const saleId = z.strictObject({ id: idField('sale') })

const addHold = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/sales/{id}/hold',
      summary: 'Put the items of an open sale aside, with a word about whose they are',
      allow: SELLS,
      scope: 'store',
      params: saleId,
      body: z.strictObject({ note: textField(NOTE_MAX) }),
      answers: { 200: saleSchema },
      errors: ['invalid_state'],
    },
    async ({ principal, params, body }) => ({
      status: 200,
      body: toSaleWire(await holdSale(deps, principal, params.id, body.note)),
    }),
  )

const addTakeUp = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'post',
      path: '/sales/{id}/take-up',
      summary: 'Take a held sale up again',
      allow: SELLS,
      scope: 'store',
      params: saleId,
      body: z.strictObject({}),
      bodyOptional: true,
      answers: { 200: heldSaleSchema },
      errors: ['invalid_state'],
    },
    async ({ principal, params }) => {
      const sale = await holdSale(deps, principal, params.id, null)
      return { status: 200, body: { ...toSaleWire(sale), lines: sale.lines } }
    },
  )

const addListHeld = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/tills/{id}/held',
      summary: 'Sales that a till put aside, oldest first',
      allow: SELLS,
      scope: 'store',
      params: z.strictObject({ id: z.string().regex(/^[a-z0-9_-]{1,40}$/, 'is not a till id') }),
      answers: { 200: z.strictObject({ data: z.array(heldSaleSchema) }) },
      errors: [],
    },
    async ({ principal, params }) => {
      if (!seesTill(principal, params.id)) throw new TillwatchError('not_found')
      const rows = await deps.db.rows<SaleRow>(listHeld, [params.id, HELD_MAX])
      return { status: 200, body: { data: rows.map((sale) => ({ ...toSaleWire(sale), lines: sale.lines })) } }
    },
  )

/** `POST /sales/{id}/hold`, `POST /sales/{id}/take-up`, `GET /tills/{id}/held`. */
export const addHoldRoutes = (api: Api, deps: Deps): void => {
  addHold(api, deps)
  addTakeUp(api, deps)
  addListHeld(api, deps)
}
