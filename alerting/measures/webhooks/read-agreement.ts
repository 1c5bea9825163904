import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const countUnheard = loadSql(import.meta.url, 'sql/payment_count_unheard.sql')
const countMismatched = loadSql(import.meta.url, 'sql/payment_count_mismatched.sql')

const MINUTE_MS = 60_000
/** A delivery has this long; payments that succeeded within another window of that length before are looked at. */
export const HEARD_WITHIN_MS = 15 * MINUTE_MS
/** A payment whose customer had to do something may be made this long before it succeeded. */
const MADE_BEFORE_MS = HEARD_WITHIN_MS

/** Payments that Stripe has had time to tell of. */
export interface UnheardReading extends Reading {
  readonly payments: number
  readonly unheard: number
}

/** How many of the payments that succeeded 15 to 30 minutes ago no delivery has told of; always one reading. */
export const unheardMeasure: Measure<UnheardReading> = {
  name: 'payments_without_webhook',
  from: 'postgres',
  read: async ({ db }, at) => {
    const to = new Date(at.getTime() - HEARD_WITHIN_MS)
    const from = new Date(to.getTime() - HEARD_WITHIN_MS)
    const madeAfter = new Date(from.getTime() - MADE_BEFORE_MS)
    const row = await db.first<{ payments: number; unheard: number }>(countUnheard, [from, to, madeAfter])
    invariant(row, 'an aggregate without a row')
    return [{ labels: {}, ...row }]
  },
}

/** Where our books and Stripe tell of different states. */
export interface MismatchReading extends Reading {
  readonly waiting: number
  readonly exceptions: number
}

/** What a person has to look at because Stripe says otherwise; always one reading. */
export const mismatchMeasure: Measure<MismatchReading> = {
  name: 'state_mismatches',
  from: 'postgres',
  read: async ({ db }) => {
    const row = await db.first<{ waiting: number; exceptions: number }>(countMismatched)
    invariant(row, 'a statement without FROM answered no row')
    return [{ labels: {}, ...row }]
  },
}
