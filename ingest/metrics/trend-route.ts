import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import { rangeRule } from '#core/http/page.ts'
import type { Api } from '#core/http/root.ts'
import { measureTrend } from '#core/kpi/measure-attempts.ts'
import { kpisOf } from '#core/kpi/settings.ts'
import { KPI_STATES } from '#core/kpi/state.ts'
import type { Deps } from '#core/service.ts'
import { toTrendDocument, TREND_KPIS } from './trend-document.ts'
import { windowOf, windowRule, windowShape } from './window-query.ts'

const STEP_MIN_S = 60
const STEP_MAX_S = 86_400
const POINTS_MAX = 500
const STEP_DEFAULT_S = 300
const MS = 1_000

const spanMs = ({ hours = 1, from, to }: { hours?: number | undefined; from?: Date; to?: Date }): number =>
  from && to ? to.getTime() - from.getTime() : hours * 3_600 * MS

const trendQuery = z
  .strictObject({
    kpi: z.enum(TREND_KPIS),
    step: z
      .string()
      .regex(/^\d{1,5}$/, 'must be a number of seconds')
      .transform(Number)
      .refine((step) => step >= STEP_MIN_S && step <= STEP_MAX_S, `must be ${STEP_MIN_S} to ${STEP_MAX_S}`)
      .optional()
      .openapi({ type: 'integer', minimum: STEP_MIN_S, maximum: STEP_MAX_S, default: STEP_DEFAULT_S }),
    ...windowShape(),
  })
  .superRefine(rangeRule)
  .superRefine(windowRule)
  .superRefine((query, context) => {
    const asked = {
      hours: query.hours,
      ...(query.from ? { from: query.from } : {}),
      ...(query.to ? { to: query.to } : {}),
    }
    if (spanMs(asked) / ((query.step ?? STEP_DEFAULT_S) * MS) > POINTS_MAX)
      context.addIssue({ code: 'custom', path: ['step'], message: `more than ${POINTS_MAX} points` })
  })

const number = () => z.number().nullable()
const trendSchema = z.strictObject({
  kpi: z.string(),
  title: z.string(),
  definition: z.string(),
  unit: z.string(),
  good_side: z.enum(['above', 'below']),
  target: number(),
  threshold: number(),
  min_sample: z.number().int(),
  window: z.strictObject({ from: z.string(), to: z.string() }),
  step_s: z.number().int(),
  measured: z.boolean(),
  points: z.array(
    z.strictObject({
      from: z.string(),
      value: number(),
      state: z.enum(KPI_STATES),
      numerator: number(),
      denominator: number(),
    }),
  ),
})

/** `GET /metrics/trend`: a KPI in steps over a window, by the very predicate that counts the KPI itself. */
export const addTrendRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/metrics/trend',
      summary:
        'One KPI in steps over a window; null where there was nothing, `failed` where it could not be measured',
      allow: ['finance', 'oncall', 'manager', 'admin', 'auditor'],
      scope: 'shop',
      query: trendQuery,
      answers: { 200: trendSchema },
      errors: [],
    },
    async ({ query: { kpi, step = STEP_DEFAULT_S, ...asked } }) => {
      const window = windowOf(deps, asked)
      const steps = await measureTrend(deps.clickhouse, window, step * MS)
      return {
        status: 200,
        body: toTrendDocument(kpi, kpisOf(deps.shop, window.store), window, step * MS, steps),
      }
    },
  )
