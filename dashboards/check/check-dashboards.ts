import type { ClickHouse } from '#core/clickhouse/client.ts'
import type { Finding } from './finding.ts'
import { lint } from './lint.ts'
import { hasPromtool, promtoolProblems, unknownMetrics } from './promql.ts'
import { runPanel, runVariables } from './run-queries.ts'
import { shownPanels, type CheckedDashboard, type ShownPanel } from './schema.ts'
import { shownRange } from './shown-range.ts'
import type { Shown } from './expand-macros.ts'

/** A line of the report: a panel and what its queries came to. */
export interface Line {
  readonly dashboard: string
  readonly panel: string
  readonly kind: string
  readonly result: string
  readonly isFine: boolean
}

/** What a check found. */
export interface Report {
  readonly lines: readonly Line[]
  readonly findings: readonly Finding[]
  readonly queries: { readonly sql: number; readonly promql: number; readonly promqlSkipped: number }
}

const checkPanel = async (clickhouse: ClickHouse, panel: ShownPanel, shown: Shown, canPromtool: boolean) => {
  const ran = await runPanel(clickhouse, panel, shown)
  const exprs = panel.targets.flatMap((target) => ('expr' in target ? [target.expr] : []))
  const problems = [
    ...ran.problems,
    ...exprs.flatMap((expr) => [...unknownMetrics(expr), ...(canPromtool ? promtoolProblems(expr) : [])]),
  ]
  const parsed = canPromtool ? `${exprs.length} PromQL parsed` : `${exprs.length} PromQL NOT PARSED`
  return { problems, result: exprs.length > 0 ? parsed : `${ran.rows} rows` }
}

const checkOne = async (
  clickhouse: ClickHouse,
  dashboard: CheckedDashboard,
  at: Date,
  canPromtool: boolean,
) => {
  const shown = shownRange(dashboard.time.from, at)
  const lines: Line[] = []
  const findings: Finding[] = (await runVariables(clickhouse, dashboard, shown)).map((message) => ({
    ...{ dashboard: dashboard.uid, panel: '', message },
  }))
  for (const panel of shownPanels(dashboard)) {
    const { problems, result } = await checkPanel(clickhouse, panel, shown, canPromtool)
    const where = { dashboard: dashboard.uid, panel: panel.title }
    findings.push(...problems.map((message) => ({ ...where, message })))
    lines.push({ ...where, kind: panel.type, result, isFine: problems.length === 0 })
  }
  return { lines, findings }
}

/** Lints dashboards, runs each of their SQL queries as of `at`, and has promtool read each PromQL expression. */
export const checkDashboards = async (
  clickhouse: ClickHouse,
  files: readonly (readonly [string, unknown])[],
  at: Date,
): Promise<Report> => {
  const { findings, dashboards } = lint(files)
  const canPromtool = hasPromtool()
  const checked = []
  for (const dashboard of dashboards) checked.push(await checkOne(clickhouse, dashboard, at, canPromtool))
  const targets = dashboards.flatMap(shownPanels).flatMap((panel) => panel.targets)
  const promql = targets.filter((target) => 'expr' in target).length
  const blamed = (line: Line) =>
    findings.some(({ dashboard, panel }) => dashboard === line.dashboard && panel === line.panel)
  return {
    lines: checked
      .flatMap(({ lines }) => lines)
      .map((line) => ({ ...line, isFine: line.isFine && !blamed(line) })),
    findings: [...findings, ...checked.flatMap((one) => one.findings)],
    queries: { sql: targets.length - promql, promql, promqlSkipped: canPromtool ? 0 : promql },
  }
}
