import type { ErrorCode } from '#core/error-codes.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { forgetPages } from './pull/stage.ts'
import type { RunKind } from './scope.ts'

const finish = loadSql(import.meta.url, 'sql/run_finish.sql')
const fail = loadSql(import.meta.url, 'sql/run_fail.sql')
const failKilled = loadSql(import.meta.url, 'sql/runs_fail_killed.sql')

/** Ends a run that did what it was asked for. */
export const finishRun = async (db: Db, id: string, at: Date, summary: object): Promise<void> => {
  await db.run(finish, [id, at, JSON.stringify(summary)])
  await forgetPages(db, id)
}

/** How a failed run goes on. */
export interface Failed {
  /** How often it has failed, this time included. */
  readonly failures: number
  /** False: only a person asks for it again, or the next night covers its date. */
  readonly is_tried_again: boolean
}

/** Ends a try that failed; why it failed is stored with the run. Without `notBefore` only a person asks for it again. */
export const failRun = async (
  db: Db,
  id: string,
  at: Date,
  code: ErrorCode,
  message: string,
  notBefore: Date | null,
): Promise<Failed> =>
  (await db.first<Failed>(fail, [id, at, code, message.slice(0, ERROR_LENGTH_MAX), notBefore])) ?? {
    failures: 0,
    is_tried_again: false,
  }

/** A run that was given up since its process was killed each time. */
export interface KilledRun {
  readonly id: string
  readonly kind: RunKind
  readonly attempts: number
}

/**
 * Gives up, with `run_killed`, each run that was taken up `takeUpsMax` times without success or a failure on record. Only under the
 * reconciler's lock: nobody is at a run then.
 */
export const failKilledRuns = async (db: Db, at: Date, takeUpsMax: number): Promise<KilledRun[]> => {
  const code: ErrorCode = 'run_killed'
  const message = `the process was killed each of the ${takeUpsMax} times that it was at this run`
  const killed = await db.rows<KilledRun>(failKilled, [at, code, message, takeUpsMax])
  for (const { id } of killed) await forgetPages(db, id)
  return killed
}

/** Enough to see what happened; the whole error is in the log. */
const ERROR_LENGTH_MAX = 500
