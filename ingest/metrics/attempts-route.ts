import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import { cursorField, limitField, pageOf, pageSchema, rangeRule, timePosition } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { listAttempts, type AttemptRow } from '#core/kpi/list-attempts.ts'
import { toWireAmount } from '#core/money.ts'
import type { Deps } from '#core/service.ts'
import { windowOf, windowRule, windowShape } from './window-query.ts'

const SLOW_MAX_MS = 3_600_000

const attemptsQuery = z
  .strictObject({
    ...windowShape(),
    outcome: z.enum(['succeeded', 'failed']).optional(),
    fault: z.enum(['system', 'not_system']).optional(),
    slower_than: z
      .string()
      .regex(/^\d{1,7}$/, 'must be a number of milliseconds')
      .transform(Number)
      .refine((ms) => ms <= SLOW_MAX_MS, `must be at most ${SLOW_MAX_MS}`)
      .optional()
      .openapi({ type: 'integer', minimum: 0, maximum: SLOW_MAX_MS }),
    limit: limitField(),
    cursor: cursorField(timePosition('evn')).optional(),
  })
  .superRefine(rangeRule)
  .superRefine(windowRule)

const attemptSchema = z.strictObject({
  id: z.string(),
  at: z.string(),
  payment_id: z.string(),
  store: z.string(),
  till_id: z.string(),
  currency: z.string(),
  amount: z.number().int(),
  outcome: z.enum(['succeeded', 'failed']),
  failure_class: z.string(),
  decline_code: z.string().nullable(),
  latency_ms: z.number().int().nullable(),
})

const toWire = (row: AttemptRow) => ({
  id: row.id,
  at: row.at.toISOString(),
  payment_id: row.payment,
  store: row.store,
  till_id: row.till,
  currency: row.currency,
  amount: toWireAmount(row.amountMinor),
  outcome: row.outcome,
  failure_class: row.failureClass,
  decline_code: row.declineCode === '' ? null : row.declineCode,
  latency_ms: row.latencyMs,
})

/** `GET /metrics/attempts`: the rows behind the KPIs of a window, exactly those that were counted. */
export const addAttemptsRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/metrics/attempts',
      summary: 'The card attempts that the KPIs of a window are counted from, newest first',
      allow: ['finance', 'oncall', 'manager', 'auditor'],
      scope: 'shop',
      query: attemptsQuery,
      answers: { 200: pageSchema(attemptSchema) },
      errors: ['analytics_unavailable'],
    },
    async ({ query: { outcome, fault, slower_than: slowerThanMs, limit, cursor, ...asked } }) => {
      const filter = { outcome, fault, slowerThanMs }
      const page = { limit: limit + 1, after: cursor }
      const rows = await listAttempts(deps.clickhouse, windowOf(deps, asked), filter, page)
      const positionOf = ({ at, id }: AttemptRow) => ({ at: at.toISOString(), id })
      return { status: 200, body: pageOf(rows, limit, toWire, positionOf) }
    },
  )
