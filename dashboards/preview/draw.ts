import type { ClickHouse } from '#core/clickhouse/client.ts'
import type { Shown } from '../check/expand-macros.ts'
import { ask, type Answer } from '../check/run-queries.ts'
import type { ShownPanel, Target } from '../check/schema.ts'
import { chart, legend, type Line } from './chart.ts'
import { escapeHtml, formatCell, formatValue } from './format.ts'
import type { Drawn } from './page.ts'
import { course, instant } from './prometheus.ts'

/** Where the figures come from; without Prometheus its panels say so. */
export interface Sources {
  readonly clickhouse: ClickHouse
  readonly prometheus: string | null
  /** The ranges differ: demo data end at a fixed instant, Prometheus shows its present. */
  readonly shown: Shown
  readonly prometheusShown: Shown
}

const COLUMN_PX = 60
const ROW_PX = 42

const isNumber = (type: string): boolean => /Int|Float|Decimal/.test(type)

const linesOf = ({ columns, rows }: Answer): Line[] => {
  const labels = columns.slice(1).filter(({ type }) => !isNumber(type))
  const values = columns.slice(1).filter(({ type }) => isNumber(type))
  const lines = new Map<string, (readonly [number, number])[]>()
  for (const row of rows)
    for (const value of values) {
      const said = labels.map(({ name }) => String(row[name] as string))
      const name = said.length > 0 ? said.join(' ') : value.name
      const at = Date.parse(`${String(row['time'] as string).replace(' ', 'T')}Z`)
      lines.set(name, [...(lines.get(name) ?? []), [at, Number(row[value.name])]])
    }
  return [...lines].map(([name, points]) => ({ name, points }))
}

const colourOf = ({ options, fieldConfig }: ShownPanel, value: number): string => {
  if (options['colorMode'] !== 'background') return ''
  const steps = fieldConfig.defaults.thresholds.steps
  return steps.filter((step) => step.value === null || step.value <= value).at(-1)?.color ?? ''
}

const format = ({ fieldConfig: { defaults } }: ShownPanel, value: number): string =>
  formatValue(value, defaults.unit ?? 'short', defaults.decimals)

const stat = (panel: ShownPanel, value: number | undefined): Drawn =>
  value === undefined || Number.isNaN(value)
    ? { html: '<div class="big">no data</div>', colour: '' }
    : { html: `<div class="big">${format(panel, value)}</div>`, colour: colourOf(panel, value) }

const series = (panel: ShownPanel, lines: readonly Line[], shown: Shown): Drawn => {
  const { drawStyle } = panel.fieldConfig.defaults.custom ?? {}
  const frame = {
    width: panel.gridPos.w * COLUMN_PX,
    height: panel.gridPos.h * ROW_PX - 78,
    fromMs: shown.from.getTime(),
    toMs: shown.to.getTime(),
    stepMs: shown.intervalS * 1_000,
    format: (value: number) => format(panel, value),
    isBars: drawStyle === 'bars',
  }
  if (lines.length === 0) return { html: '<div class="needs">no data</div>', colour: '' }
  return { html: chart(lines, frame) + legend(lines), colour: '' }
}

const table = ({ columns, rows }: Answer): Drawn => {
  const side = (type: string) => (isNumber(type) ? ' class="n"' : '')
  const head = columns.map(
    ({ name, type }) => `<th${side(type)}>${escapeHtml(name.replaceAll('_', ' '))}</th>`,
  )
  const body = rows.map((row) => {
    const cells = columns.map(
      ({ name, type }) => `<td${side(type)}>${formatCell(name, type, row[name])}</td>`,
    )
    return `<tr>${cells.join('')}</tr>`
  })
  return { html: `<table><tr>${head.join('')}</tr>${body.join('')}</table>`, colour: '' }
}

const barGauge = (panel: ShownPanel, { columns, rows }: Answer): Drawn => {
  const [label, value] = columns.map(({ name }) => name)
  const pairs = rows.map((row) => [String(row[label ?? ''] as string), Number(row[value ?? ''])] as const)
  const most = Math.max(1, ...pairs.map(([, count]) => count))
  const html = pairs.map(
    ([name, count]) =>
      `<div class="bar"><span>${escapeHtml(name)}</span><span><b style="width:${((count / most) * 100).toFixed(1)}%"></b></span><span>${format(panel, count)}</span></div>`,
  )
  return { html: html.join(''), colour: '' }
}

const fromClickHouse = (panel: ShownPanel, answer: Answer, shown: Shown): Drawn => {
  if (panel.type === 'timeseries') return series(panel, linesOf(answer), shown)
  if (panel.type === 'table') return table(answer)
  if (panel.type === 'bargauge') return barGauge(panel, answer)
  const value = answer.rows[0]?.[answer.columns[0]?.name ?? '']
  return stat(panel, value === null || value === undefined ? undefined : Number(value))
}

const fromPrometheus = async (
  panel: ShownPanel,
  target: Extract<Target, { expr: string }>,
  sources: Sources,
): Promise<Drawn> => {
  const { prometheus: base, prometheusShown: shown } = sources
  if (base === null) return { html: '<div class="needs">needs Prometheus</div>', colour: '' }
  if (panel.type === 'timeseries')
    return series(panel, await course(base, target.expr, target.legendFormat, shown), shown)
  const [line] = await instant(base, target.expr, target.legendFormat)
  return stat(panel, line?.points[0]?.[1])
}

/** A panel's body with live figures. */
export const draw = async (panel: ShownPanel, sources: Sources): Promise<Drawn> => {
  const [target] = panel.targets
  if (target === undefined) return { html: '', colour: '' }
  if ('expr' in target) return fromPrometheus(panel, target, sources)
  return fromClickHouse(panel, await ask(sources.clickhouse, target.rawSql, sources.shown), sources.shown)
}
