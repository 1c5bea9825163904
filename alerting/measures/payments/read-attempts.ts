import { readFileSync } from 'node:fs'
import { lineValue, SYSTEM_CLASSES } from '#core/kpi/kpi.ts'
import { kpisOf } from '#core/kpi/settings.ts'
import type { Deps } from '#core/service.ts'
import type { Labels } from '../../domain/labels.ts'
import type { Measure, Reading } from '../../domain/rule.ts'
import { before, clickHouseTime, oncePerEvaluation } from './scan.ts'

const windowsSql = readFileSync(new URL('sql/attempts_count_windows.sql', import.meta.url), 'utf8')

const MINUTE_MS = 60_000

/** Windows that the scan counts, milliseconds. */
export const WINDOW_MS = {
  m5: 5 * MINUTE_MS,
  m10: 10 * MINUTE_MS,
  m30: 30 * MINUTE_MS,
  h1: 60 * MINUTE_MS,
  h6: 360 * MINUTE_MS,
} as const

/** What the scan counts, by window: attempts with an outcome, failed ones, those failed by the system, timed ones and slow ones. */
export interface AttemptCounts {
  readonly m5_attempts: number
  readonly m5_system: number
  readonly m30_attempts: number
  readonly m30_system: number
  readonly h1_attempts: number
  readonly h1_failures: number
  readonly h1_system: number
  readonly h6_attempts: number
  readonly h6_system: number
  readonly m10_timed: number
  readonly m10_over_line: number
  readonly h1_timed: number
  readonly h1_over_line: number
  readonly h1_over_target: number
  /** Sum over the timed ones. */
  readonly h1_latency_ms: number
}

type Row = AttemptCounts & {
  readonly store_id: string
  readonly method: string
  readonly decline_code: string
}

/** An hour in which nobody paid. */
export const NO_ATTEMPTS: AttemptCounts = {
  m5_attempts: 0,
  m5_system: 0,
  m30_attempts: 0,
  m30_system: 0,
  h1_attempts: 0,
  h1_failures: 0,
  h1_system: 0,
  h6_attempts: 0,
  h6_system: 0,
  m10_timed: 0,
  m10_over_line: 0,
  h1_timed: 0,
  h1_over_line: 0,
  h1_over_target: 0,
  h1_latency_ms: 0,
}
const NAMES = Object.keys(NO_ATTEMPTS) as (keyof AttemptCounts)[]

const total = (rows: readonly Row[]): AttemptCounts => {
  const sums = { ...NO_ATTEMPTS } as Record<keyof AttemptCounts, number>
  for (const row of rows) for (const name of NAMES) sums[name] += row[name]
  return sums
}

/** Latency lines that hold for the whole shop. None set: no attempt is over it. */
const latencyLines = ({ shop }: Deps) => {
  const { threshold, target } = kpisOf(shop).latencyP95
  const ms = (line: typeof target) => (line === null ? 4_294_967_295 : lineValue(line))
  return { line_ms: ms(threshold), target_ms: ms(target) }
}

const scan = oncePerEvaluation(async (deps, at) => {
  const since = Object.entries(WINDOW_MS).map(([name, ms]) => [name, clickHouseTime(before(at, ms))])
  return deps.clickhouse.rows<Row>(windowsSql, {
    ...Object.fromEntries(since),
    at: clickHouseTime(at),
    system: SYSTEM_CLASSES,
    ...latencyLines(deps),
  })
})

/** Counts of attempts: of the whole shop without labels, else of one store or method. */
export interface AttemptsReading extends Reading, AttemptCounts {}

/** Card attempts of the whole shop; always one reading, of zeros when there were none. */
export const attemptsMeasure: Measure<AttemptsReading> = {
  name: 'attempts',
  from: 'clickhouse',
  read: async (deps, at) => [{ labels: {}, ...total(await scan(deps, at)) }],
}

const grouped = (
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  label: string,
  always: readonly string[] = [],
): AttemptsReading[] => {
  const names = [...new Set([...always, ...rows.map(nameOf)])].filter((name) => name !== '')
  return names.map((name) => {
    const labels: Labels = { [label]: name }
    return { labels, ...total(rows.filter((row) => nameOf(row) === name)) }
  })
}

/** Card attempts by store; every store of the shop has a reading, however quiet it is. */
export const storeAttemptsMeasure: Measure<AttemptsReading> = {
  name: 'attempts_by_store',
  from: 'clickhouse',
  read: async (deps, at) =>
    grouped(
      await scan(deps, at),
      ({ store_id: store }) => store,
      'store',
      deps.shop.stores.map(({ id }) => id),
    ),
}

/** Card attempts by method, those that were used within six hours. */
export const methodAttemptsMeasure: Measure<AttemptsReading> = {
  name: 'attempts_by_method',
  from: 'clickhouse',
  read: async (deps, at) => grouped(await scan(deps, at), ({ method }) => method, 'method'),
}

/** Failed attempts of the last hour by decline code, and of how many attempts in all. */
export const countCodes = async (deps: Deps, at: Date) => {
  const rows = await scan(deps, at)
  const codes = grouped(rows, ({ decline_code: code }) => code, 'decline_code')
  return {
    attempts: total(rows).h1_attempts,
    codes: codes.map(({ labels, h1_failures: failures }) => ({
      code: labels['decline_code'] ?? '',
      failures,
    })),
  }
}
