import { addDays, businessDateOf } from '#core/business-date.ts'
import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const readState = loadSql(import.meta.url, 'sql/reconciliation_read_state.sql')

/** A run that was asked for must have ended with its certificates by then. */
export const CERTIFIED_WITHIN_MS = 6 * 3_600_000
/** Older gaps than this are found by `certify`, not each few seconds. */
const DATES_BACK = 31

/** A nightly run that failed more than once and has not succeeded since. */
export interface FailedRun {
  readonly date: string
  readonly attempts: number
  readonly code: string
}

/** How the nightly runs and the looks between them stand. */
export interface RunsReading extends Reading {
  readonly at: Date
  readonly lastSuccess: Date | null
  /** Null: the shop has sold nothing yet, so there is nothing to reconcile. */
  readonly firstSale: Date | null
  readonly failed: FailedRun | null
  readonly looksFailingSince: Date | null
  readonly uncertified: number
  readonly firstUncertified: string | null
}

interface StateRow {
  readonly last_success: Date | null
  readonly first_sale: Date | null
  readonly failed: FailedRun | null
  readonly looks_failing_since: Date | null
  readonly uncertified: number
  readonly first_uncertified: string | null
}

/** Runs, looks and dates without a certificate; always one reading. */
export const runsMeasure: Measure<RunsReading> = {
  name: 'reconciliation_runs',
  from: 'postgres',
  read: async ({ db, shop }, at) => {
    const certifiedBefore = new Date(at.getTime() - CERTIFIED_WITHIN_MS)
    const oldest = addDays(businessDateOf(at, shop.account.zone), -DATES_BACK)
    const row = await db.first<StateRow>(readState, [at, certifiedBefore, oldest])
    invariant(row, 'an aggregate without a row')
    return [
      {
        labels: {},
        at,
        lastSuccess: row.last_success,
        firstSale: row.first_sale,
        failed: row.failed,
        looksFailingSince: row.looks_failing_since,
        uncertified: row.uncertified,
        firstUncertified: row.first_uncertified,
      },
    ]
  },
}
