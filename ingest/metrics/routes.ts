import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import { rangeRule, rangeShape } from '#core/http/page.ts'
import { createApi, type Api } from '#core/http/root.ts'
import { KPI_STATES } from '#core/kpi/state.ts'
import type { Deps } from '#core/service.ts'
import { addFirstWritersRoute } from './first-writers-route.ts'
import { lastHours, readMetrics } from './read-metrics.ts'

const HOURS_MAX = 168

const metricsQuery = z
  .strictObject({
    hours: z
      .string()
      .regex(/^\d{1,3}$/, 'must be a number')
      .transform(Number)
      .refine((hours) => hours >= 1 && hours <= HOURS_MAX, `must be 1 to ${HOURS_MAX}`)
      .optional()
      .openapi({ type: 'integer', minimum: 1, maximum: HOURS_MAX, default: 1 }),
    ...rangeShape(),
  })
  .superRefine(rangeRule)
  .refine((query) => !query.from === !query.to, { path: ['from'], error: 'from and to go together' })
  .refine((query) => query.hours === undefined || !query.from, {
    path: ['hours'],
    error: 'hours, or from and to',
  })

const state = z.enum(KPI_STATES)
const count = z.number().int().nullable()
const metricsSchema = z.strictObject({
  window: z.strictObject({ from: z.string(), to: z.string() }),
  success_rate: z.strictObject({
    value: z.number().nullable(),
    state,
    numerator: count,
    denominator: count,
    target: z.number(),
    threshold: z.number(),
    min_sample: z.number().int(),
    rows: z.string(),
  }),
  latency_ms: z.strictObject({
    average: z.strictObject({ value: count, state, target: z.number() }),
    p50: count,
    p95: z.strictObject({ value: count, state, target: z.number(), threshold: z.number() }),
    p99: count,
    count,
  }),
  webhooks: z.strictObject({
    received: z.number().int(),
    processed: z.number().int(),
    unprocessed: z.number().int(),
    processing: z.number().int(),
    stuck: z.number().int(),
    failed: z.strictObject({ value: z.number().int(), threshold: z.number(), state }),
    oldest_unprocessed_s: count,
    last_received_at: z.string().nullable(),
  }),
  volume: z
    .array(z.strictObject({ currency: z.string(), amount: z.number().int(), count: z.number().int() }))
    .nullable(),
  as_of: z.string(),
  lag_ms: z.number().int(),
})

/** `GET /metrics` and `GET /metrics/`, as the runbook's section 4 writes it, and `GET /metrics/first-writers`; to be mounted under the API's base. */
export const metricsRoutes = (deps: Deps): Api => {
  const api = createApi()
  addFirstWritersRoute(api, deps)
  for (const path of ['/metrics', '/metrics/']) {
    defineRoute(
      api,
      deps,
      {
        method: 'get',
        path,
        summary: 'KPIs of a window: success rate, latency, webhooks, volume',
        allow: ['finance', 'oncall', 'manager', 'admin', 'auditor'],
        query: metricsQuery,
        answers: { 200: metricsSchema },
        errors: [],
      },
      async ({ query }) => {
        const { from, to, hours = 1 } = query
        const window = from && to ? { from, to } : lastHours(deps.env.clock.now(), hours)
        return { status: 200, body: await readMetrics(deps, window) }
      },
    )
  }
  return api
}
