import { DEMO_COURSE } from '../testing/demo-data.ts'
import { startDemoEngine } from '../testing/demo-engine.ts'
import { checkDashboards, type Line, type Report } from './check-dashboards.ts'
import { dashboardFiles } from './dashboard-files.ts'

const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const lineOf = ({ dashboard, panel, kind, result, isFine }: Line): string =>
  [dashboard.padEnd(17), panel.padEnd(36), kind.padEnd(11), result.padEnd(18), isFine ? 'ok' : 'WRONG'].join(
    '',
  )

const tell = ({ lines, findings, queries }: Report): void => {
  say(
    ['dashboard'.padEnd(17), 'panel'.padEnd(36), 'kind'.padEnd(11), 'result'.padEnd(18), 'verdict'].join(''),
  )
  for (const line of lines) say(lineOf(line))
  const dashboards = new Set(lines.map(({ dashboard }) => dashboard)).size
  say(
    `\n${dashboards} dashboards, ${lines.length} panels, ${queries.sql} ClickHouse queries run, ${queries.promql - queries.promqlSkipped} PromQL expressions parsed, ${findings.length} findings`,
  )
  if (queries.promqlSkipped > 0)
    say(`SKIPPED: promtool is not here, ${queries.promqlSkipped} PromQL expressions were not parsed`)
  for (const { dashboard, panel, message } of findings) say(`WRONG  ${dashboard} / ${panel}: ${message}`)
}

/** `npm run dashboards:check`: everything that can be known of the dashboards without a Grafana. */
const engine = await startDemoEngine()
try {
  say(`demo data: ${engine.rows} events until ${DEMO_COURSE.end.toISOString()}\n`)
  const report = await checkDashboards(engine.clickhouse, dashboardFiles(), DEMO_COURSE.end)
  tell(report)
  if (report.findings.length > 0) process.exitCode = 1
} finally {
  await engine.stop()
}
