import { alertRules, type AlertingRule } from './alert-rules.ts'
import { RECORDING_RULES } from './recording-rules.ts'
import type { SecondPath } from './second-path.ts'

/** The job under which every process of the platform is scraped; label `service` says which. */
export const JOB = 'tillwatch'

const scrape = (job_name: string, static_configs: readonly object[]) => ({ job_name, static_configs })

/**
 * `prometheus.yml`. External labels carry our addresses into links of messages (`--enable-feature=expand-external-labels`
 * before Prometheus 3) and are taken off the alerts themselves: they would not tell one alert from another.
 */
export const prometheusConfig = ({ rhythm, places }: SecondPath) => ({
  global: {
    scrape_interval: rhythm.scrape,
    scrape_timeout: rhythm.scrape,
    evaluation_interval: rhythm.evaluate,
    external_labels: { public_url: places.publicUrl, grafana_url: places.grafanaUrl },
  },
  rule_files: ['rules.yml'],
  alerting: {
    alert_relabel_configs: [{ action: 'labeldrop', regex: 'public_url|grafana_url' }],
    alertmanagers: [{ static_configs: [{ targets: [places.alertmanager] }] }],
  },
  scrape_configs: [
    scrape(
      JOB,
      Object.entries(places.targets).map(([service, target]) => ({ targets: [target], labels: { service } })),
    ),
    scrape('alertmanager', [{ targets: [places.alertmanager] }]),
    scrape('prometheus', [{ targets: [places.prometheus] }]),
  ],
})

/** `rules.yml`: what is recorded first, then the alerts of each component. */
export const rulesConfig = ({ rhythm }: Pick<SecondPath, 'rhythm'>) => {
  const byComponent = new Map<string, AlertingRule[]>()
  for (const rule of alertRules(rhythm.keepFiring)) {
    const component = rule.labels['component'] ?? ''
    byComponent.set(component, [...(byComponent.get(component) ?? []), rule])
  }
  return {
    groups: [
      { name: 'recorded', rules: RECORDING_RULES },
      ...[...byComponent].map(([name, rules]) => ({ name, rules })),
    ],
  }
}
