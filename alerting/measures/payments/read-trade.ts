import { readFileSync } from 'node:fs'
import { offsetMs } from '#core/business-date.ts'
import { invariant } from '#core/errors.ts'
import type { Measure, Reading } from '../../domain/rule.ts'
import { newestAttempts, RUN_MS } from './read-runs.ts'
import { clickHouseTime } from './scan.ts'

const seasonsSql = readFileSync(new URL('sql/attempts_count_seasons.sql', import.meta.url), 'utf8')

const WEEK_MS = 7 * 86_400_000
const WEEKS = [1, 2, 3, 4] as const

/** Attempts of the last quarter of an hour, and of the same quarter in former weeks (newest first) since the shop began. */
export interface TradeReading extends Reading {
  readonly attempts: number
  readonly formerWeeks: readonly number[]
}

type SeasonsRow = Readonly<Record<`week_${(typeof WEEKS)[number]}`, number>> & {
  readonly first_ms: string | number | null
}

/** The same time on the shop's wall so many weeks before: a shop opens by its clock, also when that was changed between. */
export const sameTimeBefore = (at: Date, weeks: number, zone: string): Date => {
  const then = new Date(at.getTime() - weeks * WEEK_MS)
  return new Date(then.getTime() + offsetMs(at, zone) - offsetMs(then, zone))
}

/** The middle of them, the mean of the two middle ones of an even number; null of none. */
export const medianOf = (counts: readonly number[]): number | null => {
  const sorted = counts.toSorted((one, other) => one - other)
  const middle = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]]
  const [low, high] = middle
  return low === undefined || high === undefined ? null : (low + high) / 2
}

/** What a quarter of an hour brings at this time of the week; the last one is counted in Postgres, which ClickHouse follows. */
export const tradeMeasure: Measure<TradeReading> = {
  name: 'trade',
  from: 'clickhouse',
  read: async (deps, at) => {
    const ends = WEEKS.map((week) => sameTimeBefore(at, week, deps.shop.account.zone))
    const params = Object.fromEntries(ends.map((end, index) => [`e${index + 1}`, clickHouseTime(end)]))
    const [newest, [row]] = await Promise.all([
      newestAttempts(deps, at),
      deps.clickhouse.rows<SeasonsRow>(seasonsSql, params),
    ])
    invariant(row, 'an aggregate without a row')
    const firstMs = row.first_ms === null ? Infinity : Number(row.first_ms)
    const formerWeeks = WEEKS.filter((_week, index) => {
      const end = ends[index]
      return end !== undefined && firstMs <= end.getTime() - RUN_MS
    }).map((week) => row[`week_${week}`])
    return [{ labels: {}, attempts: newest.length, formerWeeks }]
  },
}
