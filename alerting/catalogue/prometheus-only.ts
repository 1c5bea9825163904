import type { PrometheusOnlyRule } from './prometheus-only-rule.ts'
import { SCRAPE_RULES } from './prometheus-scrapes.ts'

/** Rows for Prometheus and Alertmanager alone. */
export const PROMETHEUS_ONLY: readonly PrometheusOnlyRule[] = [
  {
    name: 'Watchdog',
    severity: 'none',
    slo: 'alerting',
    component: 'alerting',
    tell: ['on_call'],
    pages: false,
    headline:
      'The second path works: this alert always fires, and whoever expects it complains when it stops',
    runbook: {
      title: 'Dead-man switch',
      anchor: 'watchdog',
      steps: [
        'It fires all the time and goes to our heartbeat and to one outside. Nothing is to be done while it comes.',
        'If the heartbeat misses it: is Prometheus up, is Alertmanager up, does its receiver answer?',
      ],
    },
    prometheus: { expr: 'vector(1)', for: '0s' },
  },
  {
    name: 'AlertEngineStale',
    severity: 'critical',
    slo: 'alerting',
    component: 'alerting',
    tell: ['on_call'],
    pages: true,
    headline: 'The alert engine has evaluated nothing for more than 3 min: only Prometheus watches now',
    runbook: {
      title: 'Dead-man switch',
      anchor: 'alertenginestale',
      steps: [
        'Does the alerting service run (npx tillwatch doctor)? Start it: npx tillwatch start alerting.',
        'Does its log say that the database is away? Then mend that first.',
        'Does the lease stand with a process that is gone? It runs out by itself within half a minute.',
        'It goes on where it stood: incidents that are open are not told again.',
      ],
    },
    prometheus: {
      expr: 'time() - max(alert_evaluation_last_success_timestamp_seconds) > 180 or absent(alert_evaluation_last_success_timestamp_seconds)',
      for: '1m',
    },
  },
  ...SCRAPE_RULES,
]
