import { SETTABLE } from './kpi-lines.ts'
import { KPIS, lineValue, type Kpi } from './kpi.ts'
import type { Ratio } from './ratio.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

const INTRO = `# KPIs

Written from core/kpi by \`npm run docs\`; a test fails when it is stale.

Each number that somebody judges by is defined once; alerts and dashboards take it from there. A target is met, and an alert is
due, only beyond its line: exactly on it is neither. Below the smallest sample nothing is judged, nor is there an
alert below the named number of bad ones in it. shop.yaml may set other lines for the shop or for one store, under \`kpis:\`, for:

${Object.keys(SETTABLE)
  .map((name) => `- \`${name}\``)
  .join('\n')}
`

const spanOf = (ms: number): string => {
  if (ms >= DAY_MS && ms % DAY_MS === 0) return `${ms / DAY_MS} d`
  if (ms >= HOUR_MS && ms % HOUR_MS === 0) return `${ms / HOUR_MS} h`
  return ms >= MINUTE_MS && ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS} min` : `${ms / 1_000} s`
}

const amountOf = (kpi: Kpi, line: Ratio): string => {
  const value = lineValue(line)
  if (kpi.unit === 'ms') return spanOf(value)
  return kpi.unit === 'ratio' ? `${Number((value * 100).toFixed(2))} %` : `${value}`
}

const UNITS: Readonly<Record<Kpi['unit'], string>> = {
  ratio: 'share',
  ms: 'time',
  count: 'count',
  minor: 'minor units per currency',
}

const targetOf = (kpi: Kpi): string =>
  kpi.target === null
    ? 'none'
    : `met ${kpi.goodSide === 'above' ? 'above' : 'below'} ${amountOf(kpi, kpi.target)}`

const thresholdOf = (kpi: Kpi): string =>
  kpi.threshold === null
    ? 'none'
    : `${kpi.goodSide === 'above' ? 'below' : 'above'} ${amountOf(kpi, kpi.threshold)}`

const sampleOf = ({ minSample, minBad }: Kpi): string => {
  if (minSample === 0) return 'none'
  return minBad > 0 ? `${minSample}, of which ${minBad} bad` : `${minSample}`
}

const section = (kpi: Kpi): string[] => [
  `## ${kpi.title}`,
  '',
  `\`${kpi.name}\`. ${kpi.definition}`,
  '',
  '| unit | window | target | alert line | smallest sample | origin | runbook |',
  '|---|---|---|---|---|---|---|',
  `| ${UNITS[kpi.unit]} | ${kpi.windowMs === 0 ? 'now' : spanOf(kpi.windowMs)} | ${targetOf(kpi)} | ${thresholdOf(kpi)} | ${sampleOf(kpi)} | ${kpi.origin === 'runbook' ? 'the runbook' : 'added'} | \`${kpi.runbook}\` |`,
  '',
]

/** The page of all KPIs (docs/kpis.md), with the lines that hold where shop.yaml sets none. */
export const kpisPage = (): string => [INTRO, ...Object.values(KPIS).flatMap(section)].join('\n')
