import type { AlertRule } from '../domain/rule.ts'
import { diskMeasure } from '../measures/platform/read-disk.ts'
import { probeMeasure, type ProbeReading } from '../measures/probes.ts'
import { counted, DAY_MS, judged, MINUTE_MS, percentOf, rule, shareOf, spanOf } from './rule-parts.ts'

const FAILED_LOOKS = 3
const DOWN_MS = MINUTE_MS

const NAMES: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  clickhouse: 'ClickHouse',
  smtp: 'The mail server',
}

const judgeProbe = ({ labels, failuresInARow, failingForMs }: ProbeReading) => {
  const { dependency = '' } = labels
  const name = NAMES[dependency] ?? dependency
  return judged(
    failuresInARow >= FAILED_LOOKS && failingForMs >= DOWN_MS,
    { value: failingForMs / 1_000, line: DOWN_MS / 1_000, numerator: failuresInARow },
    {
      headline: `${name} has not answered for ${spanOf(failingForMs)} (${counted(failuresInARow, 'look')} in a row)`,
      value: failuresInARow === 0 ? 'answers' : `silent for ${spanOf(failingForMs)}`,
      line: `silent for 60 s and ${FAILED_LOOKS} looks`,
      window: 'asked every 10 s, 3 s to answer',
    },
  )
}

const ABOUT_DEPENDENCIES = {
  slo: 'dependencies',
  component: 'platform',
  windowMs: DOWN_MS,
  whenGone: 'no_data',
  groupBy: ['dependency'],
  judge: judgeProbe,
} as const

const down = rule({
  ...ABOUT_DEPENDENCIES,
  name: 'DependencyDown',
  severity: 'critical',
  tell: ['on_call', 'it_support'],
  pages: true,
  measure: probeMeasure('vital_dependencies', ['postgres']),
  origin: 'runbook',
  runbook: {
    title: 'Runbook, Payment System Outage',
    steps: [
      'Payments cannot be accepted without the database: tell the tills to take cash or checks.',
      'Is its process or machine up, its disk full, its connections used up? Start it again if it is down.',
      'When it is back the platform goes on by itself; nothing that was answered is lost.',
      'If its data are damaged: Runbook section 5, Database Recovery.',
    ],
  },
  prometheus: { expr: 'min by (dependency) (dependency_up{dependency="postgres"}) == 0', for: '1m' },
})

const degraded = rule({
  ...ABOUT_DEPENDENCIES,
  slo: 'comfort_dependencies',
  name: 'DependencyDegraded',
  severity: 'warning',
  tell: ['on_call', 'it_support'],
  pages: false,
  measure: probeMeasure('comfort_dependencies', ['clickhouse', 'smtp']),
  runbook: {
    title: 'Runbook section 4, Monitoring and Metrics',
    steps: [
      'Payments go on without it. Without ClickHouse the success rate is not measured here; Prometheus still watches it.',
      'Is its process or machine up, its disk full? Start it again.',
      'ClickHouse catches up by itself from the events in the database; mails that wait are sent when the server is back.',
    ],
  },
  prometheus: { expr: 'min by (dependency) (dependency_up{dependency=~"clickhouse|smtp"}) == 0', for: '1m' },
})

const SLOW_MS = 1_000
const SLOW_LINE = 0.05
const MIN_LOOKS = 20

const poolExhausted = rule({
  name: 'DbPoolExhausted',
  severity: 'warning',
  slo: 'dependencies',
  component: 'platform',
  tell: ['on_call'],
  pages: false,
  measure: probeMeasure('database_pool', ['postgres']),
  windowMs: 5 * MINUTE_MS,
  minSample: MIN_LOOKS,
  whenGone: 'no_data',
  judge: ({ tookMs }) => {
    const slow = tookMs.filter((ms) => ms > SLOW_MS).length
    return judged(
      tookMs.length < MIN_LOOKS ? 'too_few' : slow > SLOW_LINE * tookMs.length,
      { value: shareOf(slow, tookMs.length), line: SLOW_LINE, numerator: slow, denominator: tookMs.length },
      {
        headline: `The database lets one wait: ${slow} of ${counted(tookMs.length, 'look')} took longer than 1 s (5 min)`,
        value: `${percentOf(shareOf(slow, tookMs.length))} took longer than 1 s`,
        line: 'more than 5 % (so the 95th percentile is above 1 s)',
        window: '5 min',
        counted: `${slow} of ${counted(tookMs.length, 'look')}, waiting for a connection included`,
      },
    )
  },
  runbook: {
    title: 'Runbook section 4, Performance Analysis',
    steps: [
      'Look for statements that run long or wait for locks (pg_stat_activity).',
      'Is a replay, a full reconciliation or an export running? Let it end, or stop it.',
      'If it is like that every noon, the database is too small: more memory, or a second gateway with its own pool.',
    ],
  },
  prometheus: {
    expr: 'histogram_quantile(0.95, sum by (le) (rate(pg_pool_wait_seconds_bucket[5m]))) > 1',
    for: '5m',
  },
})

const FREE_LINE = 0.1

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

const disk = rule({
  name: 'DiskFillingUp',
  severity: 'warning',
  slo: 'disk',
  component: 'platform',
  tell: ['it_support'],
  pages: false,
  measure: diskMeasure,
  windowMs: 60 * MINUTE_MS,
  forMs: 5 * MINUTE_MS,
  whenGone: 'no_data',
  judge: ({ freeBytes, sizeBytes, fullInMs }) => {
    const share = shareOf(freeBytes, sizeBytes)
    const isSoonFull = fullInMs !== null && fullInMs < DAY_MS
    const pace =
      fullInMs === null ? 'it does not fill up' : `full in ${spanOf(fullInMs)} at the pace of the last hour`
    return judged(
      freeBytes < FREE_LINE * sizeBytes || isSoonFull,
      { value: share, line: FREE_LINE, numerator: freeBytes, denominator: sizeBytes },
      {
        headline: `The disk fills up: ${percentOf(share)} free; ${pace}`,
        value: `${gigabytes(freeBytes)} free (${percentOf(share)})`,
        line: 'less than 10 % free, or full within 24 h',
        window: '1 h',
        counted: `of ${gigabytes(sizeBytes)}; ${pace}`,
      },
    )
  },
  runbook: {
    title: 'Runbook section 6, Maintenance Procedures',
    steps: [
      'What grows: the logs, the database, backups on the same volume? (du on the data folder.)',
      'Move old logs and exports away. Never delete files of a database by hand.',
      'Make the volume larger before it is full: a full one stops payments.',
    ],
  },
})

/** Rows about what the platform stands on. */
export const DEPENDENCY_RULES: readonly AlertRule[] = [down, degraded, poolExhausted, disk]
