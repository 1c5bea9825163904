import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  VariableRefresh,
  type Dashboard,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { CLICKHOUSE } from './clickhouse-query.ts'
import type { Panel } from './panels.ts'

/** Grafana's grid. */
export const COLUMNS = 24

/** Panels side by side: each with its columns, all of one height; the columns fill the grid. */
export interface Shelf {
  readonly title: string
  readonly height: number
  readonly panels: readonly (readonly [columns: number, panel: Panel])[]
}

/** A dashboard before it is built. */
export interface Plan {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly refresh: string
  readonly from: string
  readonly shelves: readonly Shelf[]
}

const variables = () => [
  new DatasourceVariableBuilder('prometheus_datasource').type('prometheus').label('Prometheus'),
  new DatasourceVariableBuilder('clickhouse_datasource')
    .type('grafana-clickhouse-datasource')
    .label('ClickHouse'),
  new TextBoxVariableBuilder('tillwatch_url').label('Tillwatch').defaultValue('http://127.0.0.1:4242'),
  new QueryVariableBuilder('store')
    .label('Store')
    .datasource(CLICKHOUSE)
    .query(
      'SELECT DISTINCT store_id FROM grafana_attempts_v1 WHERE $__timeFilter(occurred_at) ORDER BY store_id',
    )
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true),
  new QueryVariableBuilder('currency')
    .label('Currency')
    .datasource(CLICKHOUSE)
    .query(
      'SELECT DISTINCT currency FROM grafana_money_v1 WHERE $__timeFilter(occurred_at) ORDER BY currency',
    )
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true),
]

const place = (builder: DashboardBuilder, shelves: readonly Shelf[]): void => {
  let y = 0
  let id = 1
  for (const { title, height, panels } of shelves) {
    builder.withRow(new RowBuilder(title).id(id).gridPos({ x: 0, y, w: COLUMNS, h: 1 }))
    id += 1
    y += 1
    let x = 0
    for (const [w, panel] of panels) {
      builder.withPanel(panel.id(id).gridPos({ x, y, w, h: height }))
      id += 1
      x += w
    }
    if (x !== COLUMNS) throw new Error(`${title}: its panels take ${x} of ${COLUMNS} columns`)
    y += height
  }
}

/** Builds a dashboard: stable ids in reading order, a full grid, read-only, with the variables that all share. */
export const build = ({ uid, title, description, refresh, from, shelves }: Plan): Dashboard => {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['tillwatch', 'generated'])
    .refresh(refresh)
    .time({ from, to: 'now' })
    .timezone('browser')
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
  for (const variable of variables()) builder.withVariable(variable)
  place(builder, shelves)
  return builder.build()
}
