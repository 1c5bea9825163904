import type { PrometheusOnlyRule } from './prometheus-only-rule.ts'

/** The engine is heard while its last evaluation is younger than what AlertEngineStale needs to fire. */
export const HEARD = '(time() - max(alert_evaluation_last_success_timestamp_seconds) < 240)'
const GATEWAY_AWAY = 'up{job="tillwatch",service="gateway"} == 0'
const OUTAGE = 'Runbook, Payment System Outage'

/** Rows about whether the platform can be asked at all, and by whom its alerts are told meanwhile. */
export const SCRAPE_RULES: readonly PrometheusOnlyRule[] = [
  {
    name: 'AlertEngineAlive',
    severity: 'none',
    slo: 'alerting',
    component: 'alerting',
    tell: ['on_call'],
    pages: false,
    headline:
      'The engine evaluates, so it tells of its alerts itself: while this fires, Alertmanager mutes them',
    runbook: {
      title: 'Dead-man switch',
      anchor: 'alertenginealive',
      steps: [
        'It fires all the time and reaches nobody; nothing is to be done.',
        'When it stops, Alertmanager tells of whatever Prometheus sees, in the stead of the engine.',
      ],
    },
    prometheus: { expr: HEARD, for: '0s' },
  },
  {
    name: 'GatewayUnreachable',
    severity: 'critical',
    slo: 'gateway_reach',
    component: 'gateway',
    tell: ['on_call', 'management'],
    pages: true,
    headline:
      'Prometheus cannot reach the payment gateway, though the engine hears it and tells of nothing critical',
    runbook: {
      title: OUTAGE,
      anchor: 'gatewayunreachable',
      steps: [
        'Ask /healthz from a till. It answers: the way between Prometheus and the gateway is broken, tills are not.',
        'It does not answer: tell the tills to take cash or checks, and start the gateway again.',
        'Look at what stands before the gateway: proxy, firewall, name service, certificate.',
      ],
    },
    prometheus: {
      expr: `${GATEWAY_AWAY} and on () ${HEARD} unless on () max(alerts_firing{severity="critical"}) > 0`,
      for: '3m',
    },
  },
  {
    name: 'ScrapeFailing',
    severity: 'warning',
    slo: 'scrapes',
    component: 'alerting',
    tell: ['on_call', 'it_support'],
    pages: false,
    headline: 'Prometheus has got no figures from a process for 5 min: it is blind there',
    runbook: {
      title: 'Dead-man switch',
      anchor: 'scrapefailing',
      steps: [
        'The labels job and service name the process. Does it run? Does its /metrics answer?',
        'A worker or reconciler that is gone is told by the engine, too, when its work waits.',
        'Alertmanager is gone: nothing of the second path arrives, and SecondPathSilent tells so by the first.',
      ],
    },
    prometheus: { expr: 'up == 0', for: '5m' },
  },
]
