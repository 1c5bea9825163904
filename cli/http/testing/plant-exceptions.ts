import type { Door } from './open-door.ts'

const RUN = `INSERT INTO reconciliation_runs (id, kind, from_date, to_date, dry_run, status, attempts, requested_by, requested_at)
  VALUES ('run_planted', 'manual', '2026-03-01', '2026-03-01', false, 'succeeded', 1, 'test', $1)`

const EXCEPTION = `INSERT INTO exceptions (id, category, object, status, severity, currency, expected, actual, difference, business_date,
    details, version, opened_run_id, last_seen_run_id, first_seen_at, last_seen_at, occurred_at, rated_at, due_at, owner)
  VALUES ($1, 'orphan_in_stripe', $2, 'open', 'low', 'gbp', 0, 100, 100, '2026-03-01', '{}', $3, 'run_planted', 'run_planted',
    $4, $4, $4, $4, $4, 'Nobody Yet')`

/** Two open exceptions of one owner, at the versions 1 and 4; their ids in order. */
export const plantExceptions = async (door: Door): Promise<readonly [string, string]> => {
  const { db, env } = door.deps
  const now = env.clock.now()
  await db.run(RUN, [now])
  await db.run(EXCEPTION, ['exc_planted1', 'txn_planted1', 1, now])
  await db.run(EXCEPTION, ['exc_planted2', 'txn_planted2', 4, now])
  return ['exc_planted1', 'exc_planted2']
}
