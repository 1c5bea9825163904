import { CATALOGUE } from '../catalogue.ts'
import { HEARD } from '../catalogue/prometheus-scrapes.ts'
import { PROMETHEUS_ONLY } from '../catalogue/prometheus-only.ts'
import type { PrometheusOnlyRule } from '../catalogue/prometheus-only-rule.ts'
import { dashboardOf } from '../domain/dashboard-of.ts'
import type { AlertRule, Explain } from '../domain/rule.ts'
import { withRecordings } from './recording-rules.ts'

/**
 * Who tells of an alert while everything works. `first`: our engine, and Alertmanager only while the engine is not heard
 * (docs/second-path.md). `second`: Alertmanager at once, because the engine cannot know it or cannot say it.
 */
export type Path = 'first' | 'second'

/** An alerting rule as Prometheus reads it (2.42). */
export interface AlertingRule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly keep_firing_for?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

type Row = Pick<
  AlertRule | PrometheusOnlyRule,
  'name' | 'severity' | 'slo' | 'component' | 'pages' | 'runbook'
>

/**
 * Told by the second path itself, from the first word to the last: that our messages do not leave is what our messages cannot say,
 * and a gateway that is gone together with the engine. Muted by the engine's return, its end would be told to nobody.
 */
const SAID_BY_SECOND = new Set(['AlertNotificationsFailing', 'PaymentGatewayDown'])

/** Beside an engine that is heard, a dead gateway is the engine's to tell. */
const UNLESS_HEARD = new Set(['PaymentGatewayDown'])

const exprOf = (name: string, expr: string): string =>
  UNLESS_HEARD.has(name) ? `(${expr}) unless on () ${HEARD}` : expr

/** "PaymentSuccessRateLow" in words. */
const wordsOf = (name: string): string => {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase()
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/** Steps are plain text; what Prometheus would take for a template is broken up. */
const plain = (text: string): string => text.replaceAll('{{', '{ {')

const annotationsOf = (row: Row, summary: string, explain: Explain): Record<string, string> => {
  const dashboard = dashboardOf(explain)
  return {
    summary: plain(summary),
    description: plain(
      [row.runbook.title, ...row.runbook.steps.map((step, at) => `${at + 1}. ${step}`)].join('\n'),
    ),
    runbook_url: `{{ $externalLabels.public_url }}/docs/alerts#${row.runbook.anchor}`,
    dashboard_url: `{{ with $externalLabels.grafana_url }}{{ . }}/d/${dashboard}{{ end }}`,
  }
}

const labelsOf = (row: Row, path: Path): Record<string, string> => ({
  severity: row.severity,
  slo: row.slo,
  component: row.component,
  path,
  pages: row.pages ? 'yes' : 'no',
})

const ofCatalogue = (row: AlertRule, keepFiring: string | null): AlertingRule[] =>
  row.prometheus === null
    ? []
    : [
        {
          alert: row.name,
          expr: exprOf(row.name, withRecordings(row.prometheus.expr)),
          for: row.prometheus.for,
          ...(row.keepMs === 0 ? {} : { keep_firing_for: keepFiring ?? `${row.keepMs / 1_000}s` }),
          labels: labelsOf(row, SAID_BY_SECOND.has(row.name) ? 'second' : 'first'),
          annotations: annotationsOf(row, `${wordsOf(row.name)}, seen by Prometheus`, row.explain),
        },
      ]

const ofSecondPath = (row: PrometheusOnlyRule): AlertingRule => ({
  alert: row.name,
  expr: row.prometheus.expr,
  for: row.prometheus.for,
  labels: labelsOf(row, 'second'),
  annotations: annotationsOf(row, row.headline, null),
})

/** Every rule that Prometheus evaluates, in the catalogue's order; the rows of the second path alone come last. `keepFiring` shortens a test. */
export const alertRules = (keepFiring: string | null = null): AlertingRule[] => [
  ...CATALOGUE.flatMap((row) => ofCatalogue(row, keepFiring)),
  ...PROMETHEUS_ONLY.map(ofSecondPath),
]
