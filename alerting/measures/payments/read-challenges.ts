import { readFileSync } from 'node:fs'
import { invariant } from '#core/errors.ts'
import type { Measure, Reading } from '../../domain/rule.ts'
import { before, clickHouseTime } from './scan.ts'

const countSql = readFileSync(new URL('sql/challenges_count.sql', import.meta.url), 'utf8')

/** A customer has ten minutes for it; who was asked later is not counted yet. */
export const CHALLENGE_MS = { patience: 10 * 60_000, window: 60 * 60_000 } as const

export interface ChallengesReading extends Reading {
  readonly asked: number
  readonly passed: number
}

/** Payments whose customer had to confirm with the bank, asked between 70 and 10 minutes ago; always one reading. */
export const challengesMeasure: Measure<ChallengesReading> = {
  name: 'challenges',
  from: 'clickhouse',
  read: async ({ clickhouse }, at) => {
    const to = before(at, CHALLENGE_MS.patience)
    const [row] = await clickhouse.rows<{ asked: number; passed: number }>(countSql, {
      from: clickHouseTime(before(to, CHALLENGE_MS.window)),
      to: clickHouseTime(to),
      at: clickHouseTime(at),
    })
    invariant(row, 'an aggregate without a row')
    return [{ labels: {}, asked: row.asked, passed: row.passed }]
  },
}
