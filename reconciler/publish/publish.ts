import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { reRateExceptions } from '../desk/re-rate-exceptions.ts'
import { finishRun } from '../finish-run.ts'
import type { Pulled } from '../pull/pull.ts'
import { readActivity, type Scope } from '../scope.ts'
import { findExceptions } from './find-exceptions.ts'
import { issueCertificates } from './issue-certificates.ts'
import { mirrorRows } from './mirror-rows.ts'
import type { Sealed } from './seal.ts'
import { rememberPayouts } from './payout-items.ts'
import { settleRows } from './settle-rows.ts'
import { storeExceptions } from './store-exceptions.ts'
import { summarise, type Summary } from './summary.ts'

const insertContinuous = loadSql(import.meta.url, '../sql/run_insert_continuous.sql')

export interface Published {
  readonly summary: Summary
  readonly sealed: readonly Sealed[]
}

/** Carries what a dry run would have published out of the database transaction that it undoes. */
class DryRun extends Error {
  readonly published: Published

  constructor(published: Published) {
    super('dry run')
    this.published = published
  }
}

/** Undoes a look that came to know nothing new. */
class NothingNew extends Error {}

const publishIn = async (deps: Deps, db: Db, scope: Scope, pulled: Pulled): Promise<Published> => {
  const { env, shop } = deps
  const mirrored = await mirrorRows(db, scope, pulled)
  await rememberPayouts(db, scope, pulled.payouts)
  const settled = await settleRows(env, db, scope, shop, mirrored, pulled)
  const findings = await findExceptions(db, scope, shop, pulled, settled, mirrored.touchedDates)
  const exceptions = await storeExceptions(env, db, scope, shop, findings, { mirrored, pulled, settled })
  // A look says nothing of rows that agree; their date's nightly run settles them.
  if (scope.run.kind === 'continuous' && exceptions.touchedDates.size === 0) throw new NothingNew()
  await reRateExceptions(db, scope.now, shop, scope.run.id)
  const { first_date: firstDate } = await readActivity(db)
  const issued = await issueCertificates(env, db, scope, shop, pulled.balance, firstDate, {
    rows: mirrored.touchedDates,
    others: new Set([...settled.touchedDates, ...exceptions.touchedDates]),
    movements: new Set([...settled.movementDates, ...exceptions.movementDates]),
  })
  const summary = await summarise(db, scope, settled, exceptions, issued)
  const published = { summary, sealed: issued.sealed }
  if (scope.run.dryRun) throw new DryRun(published)
  await finishRun(db, scope.run.id, env.clock.now(), summary)
  return published
}

/**
 * Everything a run changes, in one REPEATABLE READ database transaction: mirror, pairings, settlements, exceptions,
 * certificates and the run's own end, or nothing. A dry run stores its summary alone.
 */
export const publish = async (deps: Deps, scope: Scope, pulled: Pulled): Promise<Published> => {
  try {
    return await deps.db.withTransaction(async (db) => publishIn(deps, db, scope, pulled), 'REPEATABLE READ')
  } catch (error) {
    if (!(error instanceof DryRun)) throw error
    const { summary } = error.published
    await finishRun(deps.db, scope.run.id, deps.env.clock.now(), summary)
    return { summary, sealed: [] }
  }
}

/**
 * The same for a look between two nights, whose run exists only when it opened, changed or healed an exception: undefined when
 * there was nothing new, and then nothing at all is stored.
 */
export const publishIfNews = async (
  deps: Deps,
  scope: Scope,
  pulled: Pulled,
): Promise<Published | undefined> => {
  const publishNews = async (db: Db): Promise<Published> => {
    await db.run(insertContinuous, [scope.run.id, scope.run.from, scope.now])
    return publishIn(deps, db, scope, pulled)
  }
  try {
    return await deps.db.withTransaction(publishNews, 'REPEATABLE READ')
  } catch (error) {
    if (error instanceof NothingNew) return undefined
    throw error
  }
}
