import { z } from 'zod'

const datasource = z.strictObject({ type: z.string(), uid: z.string() })
const text = z.string().min(1)

const clickhouseTarget = z.strictObject({
  refId: text,
  datasource,
  pluginVersion: text,
  editorType: z.literal('sql'),
  rawSql: text,
  queryType: z.enum(['timeseries', 'table']),
  format: z.union([z.literal(0), z.literal(1)]),
})
const prometheusTarget = z.strictObject({
  refId: text,
  datasource,
  expr: text,
  legendFormat: z.string(),
  instant: z.boolean(),
  range: z.boolean(),
})

const fieldConfig = z.strictObject({
  defaults: z.strictObject({
    unit: z.string().optional(),
    decimals: z.number().int().nonnegative().optional(),
    noValue: z.string().optional(),
    thresholds: z.strictObject({
      mode: z.literal('absolute'),
      steps: z.array(z.strictObject({ value: z.number().nullable(), color: text })).min(1),
    }),
    custom: z.record(z.string(), z.unknown()).optional(),
  }),
  overrides: z.array(z.unknown()).max(0),
})

const link = z.strictObject({
  title: text,
  type: z.literal('link'),
  icon: z.string(),
  tooltip: z.string(),
  tags: z.array(z.string()),
  asDropdown: z.boolean(),
  placement: z.string().optional(),
  targetBlank: z.boolean(),
  includeVars: z.boolean(),
  keepTime: z.boolean(),
  url: text,
})

const whole = z.number().int().nonnegative()
const gridPos = z.strictObject({ x: whole, y: whole, w: whole.min(1), h: whole.min(1) })

const row = z.strictObject({
  type: z.literal('row'),
  collapsed: z.boolean(),
  id: whole,
  panels: z.array(z.unknown()).max(0),
  title: text,
  gridPos,
})

const shown = z.strictObject({
  type: z.enum(['stat', 'timeseries', 'table', 'bargauge']),
  transparent: z.boolean(),
  repeatDirection: z.literal('h'),
  options: z.record(z.string(), z.unknown()),
  datasource,
  targets: z.array(z.union([clickhouseTarget, prometheusTarget])),
  title: z.string(),
  description: z.string().optional(),
  fieldConfig,
  links: z.array(link),
  id: whole,
  gridPos,
})

const variable = z.strictObject({
  type: z.enum(['datasource', 'textbox', 'query']),
  name: text,
  label: text,
  query: text,
  datasource: datasource.optional(),
  refresh: z.number().int().optional(),
  skipUrlSync: z.boolean(),
  multi: z.boolean(),
  allowCustomValue: z.boolean(),
  includeAll: z.boolean(),
  auto: z.boolean(),
  auto_min: z.string(),
  auto_count: z.number(),
})

/** The part of Grafana's dashboard JSON that is written here; a key that is not named is a mistake. */
export const dashboardSchema = z.strictObject({
  uid: text,
  title: text,
  description: text,
  tags: z.array(text),
  timezone: text,
  editable: z.boolean(),
  graphTooltip: z.number(),
  fiscalYearStartMonth: z.number(),
  schemaVersion: z.number(),
  templating: z.strictObject({ list: z.array(variable) }),
  annotations: z.strictObject({}),
  refresh: text,
  time: z.strictObject({ from: z.string().regex(/^now-\d+[hd]$/), to: z.literal('now') }),
  panels: z.array(z.discriminatedUnion('type', [row, shown])),
})

export type CheckedDashboard = z.infer<typeof dashboardSchema>
export type AnyPanel = CheckedDashboard['panels'][number]
export type ShownPanel = z.infer<typeof shown>
export type Target = ShownPanel['targets'][number]

/** Panels that show something, without the headings. */
export const shownPanels = ({ panels }: CheckedDashboard): ShownPanel[] =>
  panels.filter((panel): panel is ShownPanel => panel.type !== 'row')
