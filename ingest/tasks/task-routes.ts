import { z } from '@hono/zod-openapi'
import { type Role, seesTill, tillsOf } from '#core/access/roles.ts'
import { defineRoute } from '#core/http/api.ts'
import { cursorField, limitField, pageOf, pageSchema } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { toWireAmount } from '#core/money.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const listTasks = loadSql(import.meta.url, '../sql/task_list.sql')

const KINDS = [
  'sale_part_paid',
  'authorization_expiring',
  'refund_failed',
  'dispute_open',
  'needs_attention',
] as const

/** The auditor looks; a cashier sees the tasks of his till. */
const SEES: readonly Role[] = ['cashier', 'finance', 'oncall', 'manager', 'auditor']

/** An authorisation is a task for this long before Stripe lets it go. */
const EXPIRING_S = 86_400
/** The shortest window of the networks (stripe.md §1: card present, 2 days), while Stripe has not told its own. */
const WINDOW_S = 2 * 86_400

/** What somebody has to do; it is gone when its cause is. */
const taskSchema = z
  .strictObject({
    kind: z.enum(KINDS),
    /** The sale, payment, refund or dispute that it is about. */
    object: z.string(),
    payment_id: z.string().nullable(),
    sale_id: z.string(),
    till_id: z.string(),
    store_id: z.string(),
    currency: z.string(),
    /** What is open, authorised, owed or disputed, in minor units. */
    amount: z.number().int(),
    due_at: z.string(),
    overdue: z.boolean(),
    detail: z.string().nullable(),
  })
  .openapi('Task')

interface TaskRow {
  readonly kind: (typeof KINDS)[number]
  readonly object: string
  readonly payment_id: string | null
  readonly sale_id: string
  readonly till_id: string
  readonly store_id: string
  readonly currency: string
  readonly amount: bigint
  readonly due_at: Date
  readonly detail: string | null
}

const position = z.strictObject({
  at: z.iso.datetime().transform((text) => new Date(text)),
  kind: z.enum(KINDS),
  object: z.string().regex(/^[\w-]{1,100}$/),
})

const listQuery = z.strictObject({
  kind: z.enum(KINDS).optional(),
  till_id: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/, 'is not a till id')
    .optional(),
  limit: limitField(),
  cursor: cursorField(position).optional(),
})

const toTaskWire = (row: TaskRow, now: Date): z.output<typeof taskSchema> => ({
  ...row,
  amount: toWireAmount(row.amount),
  due_at: row.due_at.toISOString(),
  overdue: row.due_at <= now,
})

/**
 * `GET /tasks`: sales that stay part-paid, authorisations that expire within a day, customers who are owed a failed refund,
 * disputes that wait for the shop's answer, payments that were parked; most overdue first.
 */
export const addTaskRoutes = (api: Api, deps: Deps): void => {
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/tasks',
      summary: 'What somebody has to do, most overdue first',
      allow: SEES,
      scope: 'store',
      query: listQuery,
      answers: { 200: pageSchema(taskSchema) },
      errors: [],
    },
    async ({ principal, query }) => {
      const { till_id: till, cursor, kind, limit } = query
      if (till !== undefined && !seesTill(principal, till))
        return { status: 200, body: { data: [], next_cursor: null } }
      const now = deps.env.clock.now()
      const rows = await deps.db.rows<TaskRow>(listTasks, [
        till === undefined ? tillsOf(principal) : [till],
        kind ?? null,
        now,
        deps.shop.part_paid_after_s,
        cursor?.at ?? null,
        cursor?.kind ?? null,
        cursor?.object ?? null,
        limit + 1,
        EXPIRING_S,
        WINDOW_S,
      ])
      const page = pageOf(
        rows,
        limit,
        (row) => toTaskWire(row, now),
        ({ due_at: at, kind: of, object }) => ({ at, kind: of, object }),
      )
      return { status: 200, body: page }
    },
  )
}
