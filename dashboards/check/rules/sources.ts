import { perPanel } from '../finding.ts'

/** Data sources that are chosen at the top of the dashboard; a fixed uid would tie it to one Grafana. */
const TEMPLATED: Readonly<Record<string, string>> = {
  prometheus: '${prometheus_datasource}',
  'grafana-clickhouse-datasource': '${clickhouse_datasource}',
}

const isTemplated = ({ type, uid }: { readonly type: string; readonly uid: string }): boolean =>
  TEMPLATED[type] === uid

/** Panels and queries take their data source from the variable, ask something, and name each query. */
export const sources = perPanel(({ datasource, targets }) => [
  !isTemplated(datasource) && `its datasource ${datasource.uid} is not templated`,
  ...targets.map(
    (target) =>
      !isTemplated(target.datasource) &&
      `the datasource ${target.datasource.uid} of query ${target.refId} is not templated`,
  ),
  targets.length === 0 && 'asks nothing',
  new Set(targets.map(({ refId }) => refId)).size !== targets.length && 'two queries share a refId',
])
