import { alertRules, type AlertingRule } from './alert-rules.ts'
import { CASES } from './cases/cases.ts'
import type { RuleCase, Scene } from './cases/rule-case.ts'

const PUBLIC_URL = 'https://till.example'
const GRAFANA_URL = 'https://grafana.example'

const filledIn = (text: string): string =>
  text
    .replace('{{ $externalLabels.public_url }}', PUBLIC_URL)
    .replace('{{ with $externalLabels.grafana_url }}{{ . }}', GRAFANA_URL)
    .replace('{{ end }}', '')

const expected = (rule: AlertingRule, labels: RuleCase['labels']) => ({
  exp_labels: { ...labels, ...rule.labels },
  exp_annotations: Object.fromEntries(
    Object.entries(rule.annotations).map(([name, text]) => [name, filledIn(text)]),
  ),
})

const testOf = (
  name: string,
  { series, atMin }: Scene,
  alertname: string,
  exp_alerts: readonly object[],
) => ({
  name,
  interval: '1m',
  external_labels: { public_url: PUBLIC_URL, grafana_url: GRAFANA_URL },
  input_series: Object.entries(series).map(([one, values]) => ({ series: one, values })),
  alert_rule_test: [{ eval_time: `${atMin}m`, alertname, exp_alerts }],
})

/** Scenes of a day and more are evaluated seldom, or they take minutes. */
const LONG_MIN = 300

const isLong = ({ fires, silent }: RuleCase): boolean => Math.max(fires.atMin, silent.atMin) > LONG_MIN

/**
 * `rules.test.yml` for `promtool test rules`: each case once over and once under its line; `length` picks the scenes of
 * minutes or those of days. Samples and evaluations fall together, so `increase()` is exact here.
 */
export const ruleTests = (length: 'minutes' | 'days') => {
  const rules = new Map(alertRules().map((rule) => [rule.alert, rule]))
  return {
    rule_files: ['rules.yml'],
    evaluation_interval: length === 'days' ? '30m' : '1m',
    tests: CASES.filter((one) => isLong(one) === (length === 'days')).flatMap(
      ({ rule: name, why, fires, labels, silent }) => {
        const rule = rules.get(name)
        if (rule === undefined) throw new Error(`A case is about ${name}, which Prometheus does not evaluate`)
        return [
          testOf(`${name} fires: ${why}`, fires, name, [expected(rule, labels)]),
          testOf(`${name} is silent: ${why}`, silent, name, []),
        ]
      },
    ),
  }
}
