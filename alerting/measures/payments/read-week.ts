import { readFileSync } from 'node:fs'
import { SYSTEM_CLASSES } from '#core/kpi/kpi.ts'
import type { Measure, Reading } from '../../domain/rule.ts'
import { remembered } from '../remembered.ts'
import { countCodes, WINDOW_MS } from './read-attempts.ts'
import { before, clickHouseTime } from './scan.ts'

const weekSql = readFileSync(new URL('sql/attempts_count_week.sql', import.meta.url), 'utf8')

const DAY_MS = 86_400_000
/** A week changes little in five minutes, and over many millions of events it is dear to count. */
const EVERY_MS = 300_000

/** Lengths of the long windows, milliseconds. */
export const WEEK_MS = { days3: 3 * DAY_MS, week: 7 * DAY_MS } as const

interface CodeWeek {
  readonly decline_code: string
  readonly week_attempts: number
  readonly d3_attempts: number
  readonly d3_system: number
  readonly h6_attempts: number
  readonly h6_system: number
}

/** What days count; `codes` are attempts of the seven days before the last hour, by decline code. */
export interface WeekReading extends Reading {
  readonly days3: { readonly attempts: number; readonly system: number }
  readonly hours6: { readonly attempts: number; readonly system: number }
  readonly weekAttempts: number
  readonly codes: Readonly<Record<string, number>>
}

const sumOf = (rows: readonly CodeWeek[], name: Exclude<keyof CodeWeek, 'decline_code'>): number =>
  rows.reduce((sum, row) => sum + row[name], 0)

/** Counts the week in ClickHouse; always one reading. */
export const countWeek: Measure<WeekReading> = {
  name: 'attempts_week',
  from: 'clickhouse',
  read: async ({ clickhouse }, at) => {
    const hourAgo = before(at, WINDOW_MS.h1)
    const rows = await clickhouse.rows<CodeWeek>(weekSql, {
      at: clickHouseTime(at),
      h1: clickHouseTime(hourAgo),
      h6: clickHouseTime(before(at, WINDOW_MS.h6)),
      d3: clickHouseTime(before(at, WEEK_MS.days3)),
      week: clickHouseTime(before(hourAgo, WEEK_MS.week)),
      system: SYSTEM_CLASSES,
    })
    return [
      {
        labels: {},
        days3: { attempts: sumOf(rows, 'd3_attempts'), system: sumOf(rows, 'd3_system') },
        hours6: { attempts: sumOf(rows, 'h6_attempts'), system: sumOf(rows, 'h6_system') },
        weekAttempts: sumOf(rows, 'week_attempts'),
        codes: Object.fromEntries(rows.map((row) => [row.decline_code, row.week_attempts])),
      },
    ]
  },
}

/** The same, counted every five minutes. */
export const weekMeasure = remembered(countWeek, EVERY_MS)

/** One decline code in the last hour and in the week before it. */
export interface CodeReading extends Reading {
  readonly failures: number
  readonly attempts: number
  readonly weekFailures: number
  readonly weekAttempts: number
}

/** Decline codes of the last six hours against their week. */
export const codesMeasure: Measure<CodeReading> = {
  name: 'decline_codes',
  from: 'clickhouse',
  read: async (deps, at) => {
    const [hour, weeks] = await Promise.all([countCodes(deps, at), weekMeasure.read(deps, at)])
    const week = weeks[0]
    if (week === undefined) return []
    return hour.codes.map(({ code, failures }) => ({
      labels: { decline_code: code },
      failures,
      attempts: hour.attempts,
      weekFailures: week.codes[code] ?? 0,
      weekAttempts: week.weekAttempts,
    }))
  },
}
