import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { METRICS } from '#core/metrics/create-metrics.ts'

/** Series that Prometheus makes itself. */
const BUILT_IN = ['up', 'ALERTS', 'ALERTS_FOR_STATE']
const WORDS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right', 'and', 'or', 'unless'])

const known = new Set([
  ...BUILT_IN,
  ...Object.values(METRICS).flatMap(({ kind, name }) =>
    kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name],
  ),
])

/** Names of the series that an expression reads. */
export const metricsOf = (expr: string): string[] => {
  const bare = expr
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, ' ')
    .replace(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ')
  return [...bare.matchAll(/\b[a-zA-Z_]\w*\b(?!\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !WORDS.has(name))
}

/** An expression with what Grafana fills in. */
export const filledIn = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '14d').replaceAll('$__interval', '1m')

const spokenBy = (error: unknown): string =>
  String((error as { readonly stderr?: unknown }).stderr ?? error)
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line.includes('could not parse') || line.includes('parse error')) ?? String(error)

/** Whether the machine has promtool. */
export const hasPromtool = (): boolean => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** What promtool says against an expression, as the rule of a file of its own. */
export const promtoolProblems = (expr: string): string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'tillwatch-promql-'))
  const file = join(folder, 'rules.yml')
  const rules = [{ record: 'dashboards:panel', expr: filledIn(expr) }]
  try {
    writeFileSync(file, stringify({ groups: [{ name: 'dashboards', rules }] }))
    execFileSync('promtool', ['check', 'rules', file], { stdio: 'pipe' })
    return []
  } catch (error) {
    return [spokenBy(error)]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Series that an expression reads and nobody writes. */
export const unknownMetrics = (expr: string): string[] =>
  metricsOf(expr)
    .filter((name) => !known.has(name))
    .map((name) => `the metric ${name} does not exist`)
