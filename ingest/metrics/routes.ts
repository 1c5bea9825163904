import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import { rangeRule } from '#core/http/page.ts'
import { createApi, type Api } from '#core/http/root.ts'
import { KPI_STATES } from '#core/kpi/state.ts'
import type { Deps } from '#core/service.ts'
import { addFirstWritersRoute } from './first-writers-route.ts'
import { addAttemptsRoute } from './attempts-route.ts'
import { addProofRoute } from './proof-route.ts'
import { readMetrics } from './read-metrics.ts'
import { addTakingsRoute } from './takings-route.ts'
import { addTrendRoute } from './trend-route.ts'
import { windowOf, windowRule, windowShape } from './window-query.ts'

const metricsQuery = z
  .strictObject({ ...windowShape() })
  .superRefine(rangeRule)
  .superRefine(windowRule)

const state = z.enum(KPI_STATES)
const count = z.number().int().nullable()
const metricsSchema = z.strictObject({
  window: z.strictObject({ from: z.string(), to: z.string() }),
  success_rate: z.strictObject({
    value: z.number().nullable(),
    state,
    numerator: count,
    denominator: count,
    target: z.number().nullable(),
    threshold: z.number().nullable(),
    min_sample: z.number().int(),
    rows: z.string(),
  }),
  system_success: z.strictObject({
    value: z.number().nullable(),
    state,
    numerator: count,
    denominator: count,
    target: z.number().nullable(),
    min_sample: z.number().int(),
  }),
  stores: z
    .array(
      z.strictObject({
        store: z.string(),
        value: z.number().nullable(),
        state,
        numerator: z.number().int(),
        denominator: z.number().int(),
        threshold: z.number().nullable(),
        min_sample: z.number().int(),
        rows: z.string(),
      }),
    )
    .nullable(),
  latency_ms: z.strictObject({
    average: z.strictObject({ value: count, state, target: z.number().nullable() }),
    p50: count,
    p95: z.strictObject({
      value: count,
      state,
      target: z.number().nullable(),
      threshold: z.number().nullable(),
    }),
    p99: count,
    count,
    min_sample: z.number().int(),
  }),
  webhooks: z.strictObject({
    received: z.number().int(),
    processed: z.number().int(),
    unprocessed: z.number().int(),
    processing: z.number().int(),
    stuck: z.number().int(),
    failed: z.strictObject({ value: z.number().int(), threshold: z.number().nullable(), state }),
    oldest_unprocessed_s: count,
    last_received_at: z.string().nullable(),
  }),
  volume: z
    .array(z.strictObject({ currency: z.string(), amount: z.number().int(), count: z.number().int() }))
    .nullable(),
  as_of: z.string(),
  lag_ms: z.number().int(),
})

/** `GET /metrics` and `GET /metrics/`, as the runbook's section 4 writes it, `GET /metrics/first-writers`, `/metrics/trend` and `/metrics/attempts`; to be mounted under the API's base. */
export const metricsRoutes = (deps: Deps): Api => {
  const api = createApi()
  addFirstWritersRoute(api, deps)
  addTrendRoute(api, deps)
  addAttemptsRoute(api, deps)
  addProofRoute(api, deps)
  addTakingsRoute(api, deps)
  for (const path of ['/metrics', '/metrics/']) {
    defineRoute(
      api,
      deps,
      {
        method: 'get',
        path,
        summary: 'KPIs of a window: success rate, latency, webhooks, volume',
        allow: ['finance', 'oncall', 'manager', 'admin', 'auditor'],
        scope: 'shop',
        query: metricsQuery,
        answers: { 200: metricsSchema },
        errors: [],
      },
      async ({ query }) => ({ status: 200, body: await readMetrics(deps, windowOf(deps, query)) }),
    )
  }
  return api
}
