import { DASHBOARDS, jsonOf } from '../all-dashboards.ts'

/** Each dashboard as Grafana reads it, by its uid. */
export const dashboardFiles = (): (readonly [string, unknown])[] =>
  DASHBOARDS.map((dashboard) => [dashboard.uid ?? '', JSON.parse(jsonOf(dashboard)) as unknown])
