import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { paymentsKpi } from './payments-kpi.ts'
import { pipelineOncall } from './pipeline-oncall.ts'
import { reconciliation } from './reconciliation.ts'

/** Every dashboard, in the order in which people meet them. */
export const DASHBOARDS: readonly Dashboard[] = [paymentsKpi, pipelineOncall, reconciliation]

/** A dashboard as Grafana reads it from a file. */
export const jsonOf = (dashboard: Dashboard): string => `${JSON.stringify(dashboard, null, 2)}\n`
