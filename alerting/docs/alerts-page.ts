import type { Audience } from '#core/contracts/audiences.ts'
import { CATALOGUE } from '../catalogue.ts'
import { AWAITED } from '../catalogue/awaited.ts'
import { PROMETHEUS_ONLY } from '../catalogue/prometheus-only.ts'
import type { PrometheusOnlyRule } from '../catalogue/prometheus-only-rule.ts'
import { counted, spanOf } from '../catalogue/rule-parts.ts'
import type { AlertRule, PrometheusRule, RunbookStep } from '../domain/rule.ts'

const AUDIENCE_NAMES: Readonly<Record<Audience, string>> = {
  on_call: 'on call',
  it_support: 'IT support',
  store_manager: 'store manager',
  management: 'management',
  security: 'security',
  compliance: 'compliance',
  finance: 'finance',
}

const INTRO = `# Alerts

Written from the catalogue (alerting/catalogue) by \`npm run docs\`; a test fails when it is stale.

Every alert that there is, who is told of it, and what to do then. The engine judges them; Prometheus evaluates a second,
independent set of rules (deploy/prometheus), and Alertmanager mutes of it what the engine tells itself ([second-path.md](second-path.md)).
Origin says whether the line is the runbook's own or was added. Some lines and samples may be set in shop.yaml
([kpis.md](kpis.md)); this page has what holds without it.

- **Window**: the time that it looks at. "Now" is how things stand.
- **Sample**: below this many measured things nothing is judged, because one refused card of two is no outage.
- **Pages** rings the pager at once; **mails** is mail and the alerts' own list.
`

const windowOf = (ms: number): string => (ms === 0 ? 'now' : spanOf(ms))
const toldTo = (tell: readonly Audience[]): string => tell.map((one) => AUDIENCE_NAMES[one]).join(', ')
const originOf = (origin: AlertRule['origin']): string => (origin === 'runbook' ? 'the runbook' : 'added')
const linkOf = (name: string): string => `[${name}](#${name.toLowerCase()})`

const tableRow = (rule: AlertRule): string =>
  `| ${linkOf(rule.name)} | ${rule.severity} | ${toldTo(rule.tell)} | ${windowOf(rule.windowMs)} | ${rule.minSample} | ${originOf(rule.origin)} |`

const onlyRow = (rule: PrometheusOnlyRule): string =>
  `| ${linkOf(rule.name)} | ${rule.severity} | ${toldTo(rule.tell)} | | | added |`

const runbookText = ({ title, steps }: RunbookStep): string[] => [
  `What to do (${title}):`,
  '',
  ...steps.map((step, index) => `${index + 1}. ${step}`),
  '',
]

const promText = ({ expr, for: held }: PrometheusRule): string[] => [
  held === '0s' ? 'The second path fires at once on:' : `The second path fires when this holds for ${held}:`,
  '',
  '```promql',
  expr,
  '```',
  '',
]

const waitText = (rule: AlertRule): string => {
  const told = rule.forMs === 0 ? 'told at once' : `told when it holds for ${spanOf(rule.forMs)}`
  const over =
    rule.keepMs === 0 ? 'over as soon as it ends' : `over when it is quiet for ${spanOf(rule.keepMs)}`
  return `${told}, ${over}`
}

const judgedText = (rule: AlertRule): string =>
  `window ${windowOf(rule.windowMs)}, sample ${rule.minSample}; ${waitText(rule)}`

const section = (rule: AlertRule): string[] => [
  `## ${rule.name}`,
  '',
  `- Severity: ${rule.severity}; ${rule.pages ? 'pages' : 'mails'}`,
  `- About: \`${rule.slo}\` of ${rule.component}`,
  `- Judged: ${judgedText(rule)}`,
  ...(rule.groupBy.length > 0 ? [`- One incident for each: ${rule.groupBy.join(', ')}`] : []),
  `- Told: ${toldTo(rule.tell)}`,
  `- Origin: ${originOf(rule.origin)}`,
  ...(rule.canBeSilenced ? [] : ['- Cannot be silenced']),
  '',
  ...runbookText(rule.runbook),
  ...(rule.prometheus ? promText(rule.prometheus) : []),
]

const onlySection = (rule: PrometheusOnlyRule): string[] => [
  `## ${rule.name}`,
  '',
  `${rule.headline}. Only the second path evaluates it.`,
  '',
  `- Severity: ${rule.severity}${rule.severity === 'none' ? '' : rule.pages ? '; pages' : '; mails'}`,
  `- About: \`${rule.slo}\` of ${rule.component}`,
  `- Told: ${toldTo(rule.tell)}`,
  '',
  ...runbookText(rule.runbook),
  ...promText(rule.prometheus),
]

const awaitedText = (): string[] => [
  '## Not there yet',
  '',
  `${counted(AWAITED.length, 'alert')} that nothing evaluates, because nothing stores their facts yet.`,
  '',
  '| alert | severity | condition | waits for |',
  '|---|---|---|---|',
  ...AWAITED.map(
    ({ name, severity, condition, waitsFor }) => `| \`${name}\` | ${severity} | ${condition} | ${waitsFor} |`,
  ),
  '',
]

/** The page of all alerts (docs/alerts.md): a table, a section of each by its anchor, and those that wait for their facts. */
export const alertsPage = (): string =>
  [
    INTRO,
    '| alert | severity | told | window | sample | origin |',
    '|---|---|---|---|---|---|',
    ...CATALOGUE.map(tableRow),
    ...PROMETHEUS_ONLY.map(onlyRow),
    '',
    ...CATALOGUE.flatMap(section),
    ...PROMETHEUS_ONLY.flatMap(onlySection),
    ...awaitedText(),
  ].join('\n')
