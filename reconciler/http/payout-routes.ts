import { z } from '@hono/zod-openapi'
import { TillwatchError } from '#core/errors.ts'
import { defineRoute } from '#core/http/api.ts'
import { cursorField, limitField, pageOf, pageSchema, timePosition } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { idParams, READERS, wire } from './wire.ts'

const listPayouts = loadSql(import.meta.url, '../sql/payouts_list.sql')
const selectPayout = loadSql(import.meta.url, '../sql/payout_select.sql')
const listRows = loadSql(import.meta.url, '../sql/payout_rows_list.sql')
const listLines = loadSql(import.meta.url, '../sql/payout_rows_list_page.sql')

interface PayoutRecord {
  readonly id: string
  readonly currency: string
  readonly amount: bigint
  readonly status: string
  readonly automatic: boolean
  readonly method: string
  readonly arrival_at: Date
  readonly stripe_created: Date
  readonly balance_transaction: string | null
  readonly failure_code: string | null
  readonly reconciliation_status: string
  readonly trace_id: string | null
  readonly bank_trace_id: string | null
  readonly bank_trace_status: string | null
  readonly items: number | null
  readonly items_net: bigint | null
  readonly complete: boolean | null
  /** Open ones that are about this payout. */
  readonly exceptions: number
}

interface ItemRecord {
  readonly id: string
  readonly type: string
  readonly reporting_category: string
  readonly source: string | null
  readonly amount: bigint
  readonly fee: bigint
  readonly net: bigint
  readonly currency: string
  readonly stripe_created: Date
  readonly gone: boolean
  readonly state: string | null
  readonly counterpart: string | null
}

const payoutSchema = z.strictObject({
  id: z.string(),
  currency: z.string(),
  amount: z.number().int(),
  status: z.string(),
  automatic: z.boolean(),
  method: z.string(),
  arrival_at: z.string(),
  created: z.string(),
  balance_transaction: z.string().nullable(),
  failure_code: z.string().nullable(),
  reconciliation_status: z.string(),
  /** Ours, in logs and events. */
  trace_id: z.string().nullable(),
  /** The bank's reference, by which the payout is found on the bank's statement; null while it is not known, or when there is none. */
  bank_trace_id: z.string().nullable(),
  /**
   * Stripe's word for it: `pending` (not known yet), `supported` (known), `unsupported` (there is none); null while Stripe has
   * told nothing of it. The list is open.
   */
  bank_trace_status: z.string().nullable(),
  items: z.strictObject({ count: z.number().int(), net: z.number().int(), complete: z.boolean() }).nullable(),
  /** Open exceptions about this payout itself. */
  exceptions: z.number().int(),
})

const itemSchema = z.strictObject({
  id: z.string(),
  type: z.string(),
  reporting_category: z.string(),
  source: z.string().nullable(),
  amount: z.number().int(),
  fee: z.number().int(),
  net: z.number().int(),
  currency: z.string(),
  created: z.string(),
  gone: z.boolean(),
  state: z.string().nullable(),
  counterpart: z.string().nullable(),
})

const toWire = ({ items_net: net, complete, ...row }: PayoutRecord) => {
  const { stripe_created: created, arrival_at: arrivalAt, items, ...fields } = row
  return {
    ...fields,
    amount: wire(row.amount),
    arrival_at: arrivalAt.toISOString(),
    created: created.toISOString(),
    items:
      items === null || net === null ? null : { count: items, net: wire(net), complete: complete ?? false },
  }
}

const toItem = ({ stripe_created: created, ...row }: ItemRecord) => ({
  ...row,
  amount: wire(row.amount),
  fee: wire(row.fee),
  net: wire(row.net),
  created: created.toISOString(),
})

const addList = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payouts',
      summary: 'Payouts, newest first',
      allow: READERS,
      scope: 'shop',
      query: z.strictObject({ limit: limitField(), cursor: cursorField(timePosition('po')).optional() }),
      answers: { 200: pageSchema(payoutSchema) },
      errors: [],
    },
    async ({ query: { limit, cursor } }) => {
      const params = [cursor?.at ?? null, cursor?.id ?? null, limit + 1]
      const rows = await deps.db.rows<PayoutRecord>(listPayouts, params)
      const position = (row: PayoutRecord) => ({ at: row.stripe_created.toISOString(), id: row.id })
      return { status: 200, body: pageOf(rows, limit, toWire, position) }
    },
  )

const addOne = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payouts/{id}',
      summary: 'One payout with every balance transaction in it',
      allow: READERS,
      scope: 'shop',
      params: idParams('po'),
      answers: { 200: payoutSchema.extend({ balance_transactions: z.array(itemSchema) }) },
      errors: [],
    },
    async ({ params }) => {
      const row = await deps.db.first<PayoutRecord>(selectPayout, [params.id])
      if (!row) throw new TillwatchError('not_found')
      const items = await deps.db.rows<ItemRecord>(listRows, [params.id])
      return { status: 200, body: { ...toWire(row), balance_transactions: items.map(toItem) } }
    },
  )

const linesQuery = z.strictObject({
  limit: limitField(),
  cursor: cursorField(timePosition('txn')).optional(),
})

const addLines = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/payouts/{id}/lines',
      summary:
        "A payout's balance transactions in the order of time, each with what it answers, page by page",
      allow: READERS,
      scope: 'shop',
      params: idParams('po'),
      query: linesQuery,
      answers: { 200: pageSchema(itemSchema) },
      errors: [],
    },
    async ({ params, query: { limit, cursor } }) => {
      if (!(await deps.db.first<PayoutRecord>(selectPayout, [params.id])))
        throw new TillwatchError('not_found')
      const place = [cursor?.at ?? null, cursor?.id ?? null, limit + 1]
      const rows = await deps.db.rows<ItemRecord>(listLines, [params.id, ...place])
      const position = (row: ItemRecord) => ({ at: row.stripe_created.toISOString(), id: row.id })
      return { status: 200, body: pageOf(rows, limit, toItem, position) }
    },
  )

/** Payouts: list, one, and its lines page by page. */
export const addPayoutRoutes = (api: Api, deps: Deps): void => {
  addList(api, deps)
  addOne(api, deps)
  addLines(api, deps)
}
