import type { Finding, LintRule } from './finding.ts'
import { colours } from './rules/colours.ts'
import { grid } from './rules/grid.ts'
import { links } from './rules/links.ts'
import { prometheus } from './rules/prometheus.ts'
import { sources } from './rules/sources.ts'
import { whole } from './rules/whole.ts'
import { words } from './rules/words.ts'
import { dashboardSchema, type CheckedDashboard } from './schema.ts'

const RULES: readonly LintRule[] = [words, sources, grid, colours, links, prometheus, whole]

const sharedUids = (dashboards: readonly CheckedDashboard[]): Finding[] =>
  dashboards
    .filter(({ uid }, at) => dashboards.findIndex((other) => other.uid === uid) !== at)
    .map(({ uid, title }) => ({ dashboard: uid, panel: '', message: `${title} shares its uid with another` }))

/** Everything that is wrong with dashboards as Grafana would read them, and those that can be read. */
export const lint = (
  files: readonly (readonly [name: string, json: unknown])[],
): { readonly findings: Finding[]; readonly dashboards: CheckedDashboard[] } => {
  const read = files.map(([name, json]) => [name, dashboardSchema.safeParse(json)] as const)
  const dashboards = read.flatMap(([, { data }]) => data ?? [])
  const shape = read.flatMap(([name, { error }]) =>
    (error?.issues ?? []).map(({ path, message }) => ({
      dashboard: name,
      panel: '',
      message: `${path.join('.')}: ${message}`,
    })),
  )
  const ruled = dashboards.flatMap((dashboard) => RULES.flatMap((rule) => rule(dashboard)))
  return { findings: [...shape, ...sharedUids(dashboards), ...ruled], dashboards }
}
