import {
  BigValueColorMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardLinkType,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DashboardLinkBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder as PromQuery } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import type { Kpi } from '#core/kpi/kpi.ts'
import { CLICKHOUSE, clickhouse, PROMETHEUS } from './clickhouse-query.ts'
import { stepsOf, type Step } from './lines.ts'

/** What every panel says of itself. */
export interface About {
  readonly title: string
  /** What the number is and where it comes from, for whoever hovers the title. */
  readonly description: string
  readonly unit: string
  /** The page of ours that shows the rows counted. */
  readonly link: string
  /** Without one the panel has no lines. */
  readonly kpi?: Kpi
  readonly steps?: readonly Step[]
  readonly decimals?: number
}

/** What is asked: SQL of ClickHouse, or PromQL with the name of each series. */
export type Asked = { readonly sql: string } | { readonly promql: string; readonly legend: string }

/** Any panel that can be placed. */
export type Panel = Stat | TimeSeries | Table | BarGauge

const linkOf = (url: string) =>
  new DashboardLinkBuilder('Open these rows in Tillwatch')
    .type(DashboardLinkType.Link)
    .url(url)
    .targetBlank(true)

const thresholdsOf = ({ kpi, steps }: About) =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([...(steps ?? (kpi ? stepsOf(kpi) : [{ value: null, color: 'text' }]))])

const dress = <P extends Panel>(panel: P, about: About): P => {
  panel.title(about.title).description(about.description).unit(about.unit).thresholds(thresholdsOf(about))
  panel.links([linkOf(about.link)])
  if (about.decimals !== undefined) panel.decimals(about.decimals)
  return panel
}

const promQuery = (
  { promql, legend }: { readonly promql: string; readonly legend: string },
  isInstant: boolean,
) => {
  const query = new PromQuery().expr(promql).legendFormat(legend).refId('A').datasource(PROMETHEUS)
  return isInstant ? query.instant() : query.range()
}

const ask = <P extends Panel>(panel: P, asked: Asked, shape: 'timeseries' | 'table'): P => {
  if ('sql' in asked) panel.datasource(CLICKHOUSE).withTarget(clickhouse(asked.sql, shape))
  else panel.datasource(PROMETHEUS).withTarget(promQuery(asked, shape === 'table'))
  return panel
}

/** One number in the colour of its state. */
export const stat = (about: About, asked: Asked): Stat =>
  dress(ask(new Stat(), asked, 'table'), about)
    .colorMode(about.kpi || about.steps ? BigValueColorMode.Background : BigValueColorMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .noValue('no data')

/** A line over time for each series. */
export const series = (about: About, asked: Asked, style: 'line' | 'bars' = 'line'): TimeSeries =>
  dress(ask(new TimeSeries(), asked, 'timeseries'), about)
    .drawStyle(style === 'line' ? GraphDrawStyle.Line : GraphDrawStyle.Bars)
    .lineWidth(2)
    .fillOpacity(style === 'line' ? 8 : 70)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true),
    )

/** Rows as they are. */
export const table = (about: About, asked: Asked): Table => dress(ask(new Table(), asked, 'table'), about)

/** A bar for each row. */
export const bars = (about: About, asked: Asked): BarGauge =>
  dress(ask(new BarGauge(), asked, 'table'), about).reduceOptions(new ReduceDataOptionsBuilder().values(true))
