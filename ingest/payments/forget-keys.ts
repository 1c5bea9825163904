import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { keptSince } from '../domain/idempotency.ts'

const forgetOne = loadSql(import.meta.url, '../sql/idempotency_key_forget_expired.sql')
const forgetMany = loadSql(import.meta.url, '../sql/idempotency_key_forget_many.sql')

const BATCH = 1_000
/** Often enough that a week's keys are a week's and an hour's. */
const EVERY_MS = 3_600_000

/** Forgets a finished key whose seven days are over, in the caller's database transaction. False: it still answers. */
export const forgetExpired = async (db: Db, key: string, now: Date): Promise<boolean> =>
  (await db.run(forgetOne, [key, keptSince(now)])) === 1

/**
 * Forgets all keys whose answers were kept for seven days (architecture §3.1), once an hour by the business clock however
 * often it is called. Nothing waits for it: a key that comes again after its time is new at once (`forgetExpired`).
 */
export const createKeyForgetter = (deps: Pick<Deps, 'env' | 'db' | 'log'>): (() => Promise<void>) => {
  let notBeforeMs = 0
  return async () => {
    const now = deps.env.clock.now()
    if (now.getTime() < notBeforeMs) return
    let forgotten = 0
    let last = BATCH
    while (last === BATCH) {
      last = await deps.db.run(forgetMany, [keptSince(now), BATCH])
      forgotten += last
    }
    notBeforeMs = now.getTime() + EVERY_MS
    if (forgotten > 0) deps.log.info({ forgotten }, 'answers older than seven days forgotten')
  }
}
