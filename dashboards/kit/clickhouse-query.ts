import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'

/** The plugin whose query model is written here. */
const PLUGIN_VERSION = '4.20.0'

/** As the plugin numbers them. */
const FORMATS = { timeseries: 0, table: 1 } as const

/** A query as Grafana's ClickHouse plugin stores it. */
export interface ClickHouseTarget extends Dataquery {
  readonly refId: string
  readonly datasource: { readonly type: string; readonly uid: string }
  readonly pluginVersion: string
  readonly editorType: 'sql'
  readonly rawSql: string
  readonly queryType: keyof typeof FORMATS
  readonly format: 0 | 1
}

export const CLICKHOUSE = { type: 'grafana-clickhouse-datasource', uid: '${clickhouse_datasource}' } as const
export const PROMETHEUS = { type: 'prometheus', uid: '${prometheus_datasource}' } as const

/** A ClickHouse query for a panel, which the SDK has no builder of. A series needs its first column named `time`. */
export const clickhouse = (
  rawSql: string,
  queryType: keyof typeof FORMATS = 'timeseries',
  refId = 'A',
): Builder<Dataquery> => ({
  build: (): ClickHouseTarget => ({
    refId,
    datasource: CLICKHOUSE,
    pluginVersion: PLUGIN_VERSION,
    editorType: 'sql',
    rawSql,
    queryType,
    format: FORMATS[queryType],
    _implementsDataqueryVariant: () => undefined,
  }),
})
