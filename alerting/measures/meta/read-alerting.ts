import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { BLIND_AFTER } from '../../domain/alert-state.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const listBlind = loadSql(import.meta.url, 'sql/alerts_list_blind.sql')
const readFailing = loadSql(import.meta.url, 'sql/deliveries_read_failing.sql')
const readCounts = loadSql(import.meta.url, 'sql/incidents_read_counts.sql')

const MINUTE_MS = 60_000

/** Windows of the rows about alerting itself, milliseconds. */
export const META_MS = {
  sends: 15 * MINUTE_MS,
  unacked: 15 * MINUTE_MS,
  storm: 10 * MINUTE_MS,
  silenceEnd: 15 * MINUTE_MS,
} as const

/** Names of the rules that are about alerting: they are not counted among what they tell of. */
export const META_RULE_NAMES = [
  'AlertEvaluationFailing',
  'AlertDataMissing',
  'AlertNotificationsFailing',
  'AlertUnacknowledged',
  'SilenceExpiring',
  'AlertStorm',
] as const

/** A rule that cannot see: evaluations in a row that failed, and that found nothing. */
export interface BlindReading extends Reading {
  readonly failing: number
  readonly missing: number
}

/** Rules that have been blind three times in a row or more, labelled `rule`; none when all can see. */
export const blindMeasure: Measure<BlindReading> = {
  name: 'blind_rules',
  from: 'postgres',
  read: async ({ db }) => {
    const rows = await db.rows<{ rule: string; failing: number; missing: number }>(listBlind, [
      BLIND_AFTER,
      META_RULE_NAMES,
    ])
    return rows.map(({ rule, ...counts }) => ({ labels: { rule }, ...counts }))
  },
}

/** How sending through one channel goes. */
export interface SendsReading extends Reading {
  /** Messages given up in the last 15 minutes. */
  readonly givenUp: number
  /** Attempts that failed, of messages of the last 15 minutes that still wait. */
  readonly failedAttempts: number
}

/** What could not be sent lately, labelled `channel`; none when nothing went wrong. */
export const sendsMeasure: Measure<SendsReading> = {
  name: 'alert_sends',
  from: 'postgres',
  read: async ({ db }, at) => {
    const rows = await db.rows<{ channel: string; given_up: number; failed_attempts: number }>(readFailing, [
      at,
      new Date(at.getTime() - META_MS.sends),
    ])
    return rows.map((row) => ({
      labels: { channel: row.channel },
      givenUp: row.given_up,
      failedAttempts: row.failed_attempts,
    }))
  },
}

/** Incidents and silences in figures. */
export interface IncidentsReading extends Reading {
  readonly at: Date
  readonly unacked: number
  readonly oldestUnacked: Date | null
  readonly unackedRules: readonly string[]
  /** Incidents opened in the last ten minutes. */
  readonly opened: number
  /** Silences that end within 15 minutes, and when the first does. */
  readonly silencesEnding: number
  readonly firstSilenceEnd: Date | null
}

interface CountsRow {
  readonly unacked: number
  readonly oldest_unacked: Date | null
  readonly unacked_rules: readonly string[]
  readonly opened: number
  readonly silences_ending: number
  readonly first_silence_end: Date | null
}

const toReading = (row: CountsRow, at: Date): IncidentsReading => ({
  labels: {},
  at,
  unacked: row.unacked,
  oldestUnacked: row.oldest_unacked,
  unackedRules: row.unacked_rules,
  opened: row.opened,
  silencesEnding: row.silences_ending,
  firstSilenceEnd: row.first_silence_end,
})

/** Incidents that nobody takes, how many there are, and silences that end soon; always one reading. */
export const incidentsMeasure: Measure<IncidentsReading> = {
  name: 'alert_incidents',
  from: 'postgres',
  read: async ({ db }, at) => {
    const row = await db.first<CountsRow>(readCounts, [
      at,
      new Date(at.getTime() - META_MS.unacked),
      new Date(at.getTime() - META_MS.storm),
      new Date(at.getTime() + META_MS.silenceEnd),
      META_RULE_NAMES,
    ])
    invariant(row, 'an aggregate without a row')
    return [toReading(row, at)]
  },
}
