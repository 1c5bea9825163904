import { perDashboard } from '../finding.ts'

const ON_TIME_RANGE_CHANGED = 2

/** Read-only, and its variables follow the shown range. */
export const whole = perDashboard(({ editable, templating }) => [
  editable && 'can be edited in Grafana, where the next deployment would undo it',
  ...templating.list.map(
    ({ type, name, refresh }) =>
      type === 'query' &&
      refresh !== ON_TIME_RANGE_CHANGED &&
      `the variable ${name} does not refresh when the range changes`,
  ),
  ...['prometheus_datasource', 'clickhouse_datasource', 'tillwatch_url'].map(
    (name) => !templating.list.some((variable) => variable.name === name) && `has no variable ${name}`,
  ),
])
