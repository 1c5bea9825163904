import { z } from '@hono/zod-openapi'
import { defineRoute } from '#core/http/api.ts'
import type { Api } from '#core/http/root.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { AlertRule } from '../domain/rule.ts'
import { policyOf } from '../people/policy-of.ts'
import type { EvaluationRow } from './incident-wire.ts'
import { READERS } from './wire.ts'

const selectLast = loadSql(import.meta.url, 'sql/evaluation_select_last.sql')

interface LastRow {
  readonly at: Date
  readonly took_ms: number
  readonly results: readonly (EvaluationRow['result'] & { readonly rule: string })[]
}

const text = () => z.string()
const number = () => z.number().nullable()
const whole = () => z.number().int()

const ruleSchema = z.strictObject({
  name: text(),
  severity: z.enum(['critical', 'warning', 'info']),
  slo: text(),
  component: text(),
  tell: z.array(text()),
  pages: z.boolean(),
  measure: text(),
  source: text(),
  window_s: whole(),
  min_sample: whole(),
  for_s: whole(),
  keep_s: whole(),
  group_by: z.array(text()),
  can_be_silenced: z.boolean(),
  origin: z.enum(['runbook', 'added']),
  second_path: z.boolean(),
  runbook: z.strictObject({ title: text(), url: text(), steps: z.array(text()) }),
  escalation: z.strictObject({
    steps: z.array(z.strictObject({ after_s: whole(), tell: z.array(text()) })),
    rounds: whole(),
    ack_s: whole(),
  }),
  last: z.array(
    z.strictObject({
      labels: z.record(z.string(), z.string()),
      finding: text(),
      value: number(),
      line: number(),
      numerator: number(),
      denominator: number(),
    }),
  ),
})

const toEscalation = (deps: Pick<Deps, 'shop'>, rule: AlertRule) => {
  const { steps, rounds, ackExpiresMs } = policyOf(deps.shop, rule)
  return {
    steps: steps.map(({ afterMs, contacts }) => ({ after_s: afterMs / 1_000, tell: [...contacts] })),
    rounds,
    ack_s: ackExpiresMs / 1_000,
  }
}

const toRule = (deps: Deps, rule: AlertRule, last: LastRow | undefined) => ({
  name: rule.name,
  severity: rule.severity,
  slo: rule.slo,
  component: rule.component,
  tell: [...rule.tell],
  pages: rule.pages,
  measure: rule.measure.name,
  source: rule.measure.from,
  window_s: rule.windowMs / 1_000,
  min_sample: rule.minSample,
  for_s: rule.forMs / 1_000,
  keep_s: rule.keepMs / 1_000,
  group_by: [...rule.groupBy],
  can_be_silenced: rule.canBeSilenced,
  origin: rule.origin,
  second_path: rule.prometheus !== null,
  runbook: {
    title: rule.runbook.title,
    url: `${deps.notify.publicUrl}/docs/alerts#${rule.runbook.anchor}`,
    steps: [...rule.runbook.steps],
  },
  escalation: toEscalation(deps, rule),
  last: (last?.results ?? [])
    .filter(({ rule: name }) => name === rule.name)
    .map(({ labels, finding, value, line, numerator, denominator }) => ({
      labels,
      finding,
      value,
      line,
      numerator,
      denominator,
    })),
})

/** `GET /alerts/rules`: the catalogue as it is set, and what the last evaluation saw of each row. */
export const addCatalogueRoute = (api: Api, deps: Deps, rules: readonly AlertRule[]): void =>
  defineRoute(
    api,
    deps,
    {
      method: 'get',
      path: '/alerts/rules',
      summary: 'The alert catalogue as it is set, and what the last evaluation saw of each row',
      allow: READERS,
      scope: 'shop',
      answers: {
        200: z.strictObject({
          evaluated_at: text().nullable(),
          took_ms: whole().nullable(),
          page_tail: z.number(),
          data: z.array(ruleSchema),
        }),
      },
      errors: [],
    },
    async () => {
      const last = await deps.db.first<LastRow>(selectLast)
      return {
        status: 200,
        body: {
          evaluated_at: last?.at.toISOString() ?? null,
          took_ms: last?.took_ms ?? null,
          page_tail: deps.notify.pageTail,
          data: rules.map((rule) => toRule(deps, rule, last)),
        },
      }
    },
  )
