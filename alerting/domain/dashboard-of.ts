import type { Explain } from './rule.ts'

const OVERVIEW = 'pipeline-oncall'

/** Uids of Grafana's dashboards (dashboards/json) by what explains an alert. */
const DASHBOARDS: Readonly<Record<Exclude<Explain, null>, string>> = {
  attempts: 'payments-kpi',
  slow_attempts: 'payments-kpi',
  payments: 'payments-kpi',
  webhooks: OVERVIEW,
  stripe: OVERVIEW,
  reconciliation: 'reconciliation',
}

/** The uid of the dashboard that shows the figures an alert is judged by; on-call's own for what nothing explains. */
export const dashboardOf = (explain: Explain): string => (explain === null ? OVERVIEW : DASHBOARDS[explain])
