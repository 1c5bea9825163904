import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { KPI_STATES } from '#core/kpi/state.ts'
import type { Deps } from '#core/service.ts'
import { readProof } from './read-proof.ts'

const number = () => z.number().nullable()
const facts = {
  kpi: z.string(),
  title: z.string(),
  definition: z.string(),
  unit: z.string(),
  good_side: z.enum(['above', 'below']),
  target: number(),
  threshold: number(),
  min_sample: z.number().int(),
  state: z.enum(KPI_STATES),
  rows: z.string().nullable(),
}
const proofSchema = z.strictObject({
  as_of: z.string(),
  data: z.array(z.strictObject({ ...facts, value: number(), numerator: number(), denominator: number() })),
  value_at_risk: z.strictObject({
    ...facts,
    amounts: z.array(
      z.strictObject({ currency: z.string(), amount: z.number().int(), count: z.number().int() }),
    ),
  }),
})

/** `GET /metrics/proof`: whether the figures and the books can be trusted. */
export const addProofRoute = (api: Api, deps: Deps): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/metrics/proof',
      summary:
        'KPIs of the books and of the pipeline: completeness, timeliness, match rate, clearing, value at risk',
      allow: ['finance', 'oncall', 'manager', 'auditor'],
      scope: 'shop',
      answers: { 200: proofSchema },
      errors: [],
    },
    async () => ({ status: 200, body: await readProof(deps) }),
  )
