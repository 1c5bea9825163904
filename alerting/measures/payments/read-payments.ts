import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'
import { before } from './scan.ts'

const countUnfinished = loadSql(import.meta.url, 'sql/payments_count_unfinished.sql')
const countRepeated = loadSql(import.meta.url, 'sql/payments_count_repeated.sql')

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** After how long a payment should have come to an end, and within what the same charge again is an accident; milliseconds. */
export const PAYMENT_MS = {
  processing: 10 * MINUTE_MS,
  authorized: 5 * DAY_MS,
  repeated: 10 * MINUTE_MS,
  /** A repeated charge is shown for this long. */
  shown: 60 * MINUTE_MS,
} as const
/** Payments that were made before are not looked at for repeated charges. */
const MADE_BEFORE_MS = DAY_MS

/** Payments that do not come to an end. */
export interface UnfinishedReading extends Reading {
  readonly at: Date
  readonly processing: number
  readonly oldest: Date | null
  readonly authorized: number
}

type UnfinishedRow = Pick<UnfinishedReading, 'processing' | 'oldest' | 'authorized'>

/** Always one reading. */
export const unfinishedMeasure: Measure<UnfinishedReading> = {
  name: 'payments_unfinished',
  from: 'postgres',
  read: async ({ db }, at) => {
    const row = await db.first<UnfinishedRow>(countUnfinished, [
      before(at, PAYMENT_MS.processing),
      before(at, PAYMENT_MS.authorized),
    ])
    invariant(row, 'an aggregate without a row')
    return [{ labels: {}, at, ...row }]
  },
}

/** Charges that were made twice. */
export interface RepeatedReading extends Reading {
  readonly repeated: number
  /** Ids of the later payments, newest first, at most five. */
  readonly samples: readonly string[]
}

/** Always one reading. */
export const repeatedMeasure: Measure<RepeatedReading> = {
  name: 'payments_repeated',
  from: 'postgres',
  read: async ({ db }, at) => {
    const row = await db.first<Pick<RepeatedReading, 'repeated' | 'samples'>>(countRepeated, [
      before(at, PAYMENT_MS.shown),
      at,
      `${PAYMENT_MS.repeated} milliseconds`,
      before(at, MADE_BEFORE_MS),
    ])
    invariant(row, 'an aggregate without a row')
    return [{ labels: {}, ...row }]
  },
}
