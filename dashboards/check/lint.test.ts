import { expect, test } from 'vitest'
import { dashboardFiles } from './dashboard-files.ts'
import { lint } from './lint.ts'
import { metricsOf, unknownMetrics } from './promql.ts'
import { dashboardSchema, shownPanels, type CheckedDashboard, type ShownPanel } from './schema.ts'

const fresh = (): CheckedDashboard[] => dashboardFiles().map(([, json]) => dashboardSchema.parse(json))

const said = (dashboards: readonly CheckedDashboard[]): string =>
  lint(dashboards.map((one) => [one.uid, one] as const))
    .findings.map(({ message }) => message)
    .join('\n')

const panel = (dashboard: CheckedDashboard, type: ShownPanel['type'], source = ''): ShownPanel => {
  const found = shownPanels(dashboard).find(
    (one) => one.type === type && one.datasource.type.includes(source),
  )
  if (found === undefined) throw new Error(`no ${type}`)
  return found
}

const expression = (dashboard: CheckedDashboard, expr: string): void => {
  const [target] = panel(dashboard, 'timeseries', 'prometheus').targets
  if (target && 'expr' in target) target.expr = expr
}

/** How a dashboard is spoilt, and what must be said of it; the second dashboard has both kinds of source. */
const SPOILT: readonly (readonly [string, RegExp, (dashboard: CheckedDashboard) => void])[] = [
  ['no title', /has no title/, (d) => void (panel(d, 'stat').title = '')],
  ['no description', /has no description/, (d) => void (panel(d, 'stat').description = '')],
  ['no unit', /has no unit/, (d) => void (panel(d, 'stat').fieldConfig.defaults.unit = '')],
  [
    'a fixed datasource',
    /datasource abc123 is not templ/,
    (d) => void (panel(d, 'stat').datasource.uid = 'abc123'),
  ],
  [
    'a query of a fixed datasource',
    /of query A is not templated/,
    (d) => void panel(d, 'stat').targets.forEach((t) => (t.datasource.uid = 'x')),
  ],
  ['no query', /asks nothing/, (d) => void (panel(d, 'stat').targets = [])],
  [
    'one refId twice',
    /share a refId/,
    (d) => void panel(d, 'stat').targets.push(...panel(d, 'stat').targets),
  ],
  ['one panel over another', / overlaps /, (d) => void (panel(d, 'stat').gridPos.w += 1)],
  ['a hole in a row', /takes 23 of 24 columns/, (d) => void (panel(d, 'stat').gridPos.w -= 1)],
  ['out of the grid', /sticks out of the grid/, (d) => void (panel(d, 'stat').gridPos.x = 23)],
  ['one id twice', /share an id/, (d) => void (panel(d, 'stat').id = panel(d, 'timeseries').id)],
  [
    'a colour without thresholds',
    /has no thresholds/,
    (d) => void panel(d, 'stat').fieldConfig.defaults.thresholds.steps.splice(1),
  ],
  [
    'a first threshold with a value',
    /first threshold/,
    (d) => void panel(d, 'stat').fieldConfig.defaults.thresholds.steps.splice(0, 1),
  ],
  ['no link', /links nowhere/, (d) => void (panel(d, 'stat').links = [])],
  [
    'a link to an unknown page',
    /unknown page \/nowhere/,
    (d) => void panel(d, 'stat').links.forEach((l) => (l.url = '${tillwatch_url}/nowhere?x')),
  ],
  [
    'a link elsewhere',
    /no page of ours/,
    (d) => void panel(d, 'stat').links.forEach((l) => (l.url = 'https://example.com')),
  ],
  [
    'a link without the range',
    /keep the shown range/,
    (d) => void panel(d, 'stat').links.forEach((l) => (l.url = '${tillwatch_url}/alerts?a=b')),
  ],
  ['a bare counter', /http_requests_total stands outside/, (d) => expression(d, 'sum(http_requests_total)')],
  [
    'a bare counter with labels',
    /stands outside/,
    (d) => expression(d, 'rate(x[5m]) + http_requests_total{a="b"}'),
  ],
  [
    'another window',
    /neither \$__rate_interval/,
    (d) => expression(d, 'rate(http_requests_total[$__interval])'),
  ],
  ['can be edited', /can be edited/, (d) => void (d.editable = true)],
  [
    'a variable that stays',
    /does not refresh/,
    (d) => void d.templating.list.forEach((v) => v.type === 'query' && (v.refresh = 1)),
  ],
  [
    'no address of ours',
    /has no variable tillwatch_url/,
    (d) => void (d.templating.list = d.templating.list.filter((v) => v.name !== 'tillwatch_url')),
  ],
  ['a key that nobody knows', /Unrecognized key/, (d) => void Object.assign(d, { hello: 1 })],
]

test('the dashboards are clean', () => {
  expect(said(fresh())).toBe('')
})

test.each(SPOILT)('a dashboard with %s is refused', (_name, message, spoil) => {
  const [, dashboard, ...rest] = fresh()
  if (dashboard === undefined) throw new Error('no dashboard')
  spoil(dashboard)
  expect(said([dashboard, ...rest])).toMatch(message)
})

test('two dashboards with one uid are refused', () => {
  const [one, two] = fresh()
  if (one === undefined || two === undefined) throw new Error('no dashboards')
  expect(said([one, { ...two, uid: one.uid }])).toMatch(/shares its uid/)
})

test('a bar gauge that shows one of many rows is refused', () => {
  const [dashboard] = fresh()
  if (dashboard === undefined) throw new Error('no dashboard')
  panel(dashboard, 'bargauge').options['reduceOptions'] = { calcs: [] }
  expect(said([dashboard])).toMatch(/one bar of many rows/)
})

test('names of metrics are read out of expressions, and unknown ones are refused', () => {
  expect(metricsOf('sum by (le, result) (rate(a_bucket{le="x"}[5m])) / on (x) b and up')).toEqual([
    'a_bucket',
    'b',
    'up',
  ])
  expect(unknownMetrics('rate(http_requests_total[5m]) + no_such_metric')).toEqual([
    'the metric no_such_metric does not exist',
  ])
})
