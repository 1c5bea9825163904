import { wallOf, type Env } from '#core/env.ts'
import { TillwatchError } from '#core/errors.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const insertFailure = loadSql(import.meta.url, 'sql/login_failure_insert.sql')
const countFailures = loadSql(import.meta.url, 'sql/login_failures_count.sql')
const forgetFailures = loadSql(import.meta.url, 'sql/login_failures_forget.sql')

/** Five tries a quarter of an hour; an address with many accounts behind it gets more (reliability.md row 68). */
const WINDOW_MS = 15 * 60_000
const OF_ACCOUNT = 5
const OF_ADDRESS = 50

export type FailureKind = 'password' | 'code' | 'pin'

interface GuardDeps {
  readonly env: Pick<Env, 'clock' | 'wall'>
  readonly db: Db
  readonly metrics: Pick<Deps['metrics'], 'authFailures'>
}

/**
 * Lets a try through, or throws `rate_limited`. Counted by account and address together: whoever guesses from elsewhere locks
 * nobody out of their own account.
 */
export const allowTry = async (
  { env, db, metrics }: GuardDeps,
  account: string,
  ip: string,
): Promise<void> => {
  const since = new Date(wallOf(env).now().getTime() - WINDOW_MS)
  const counts = await db.first<{ of_account: number; of_ip: number }>(countFailures, [account, ip, since])
  if ((counts?.of_account ?? 0) < OF_ACCOUNT && (counts?.of_ip ?? 0) < OF_ADDRESS) return
  metrics.authFailures.inc({ kind: 'refused' })
  throw new TillwatchError('rate_limited', 'Too many wrong tries. Wait 15 minutes.')
}

/** Notes a wrong try, and counts it. */
export const noteFailure = async (
  { env, db, metrics }: GuardDeps,
  kind: FailureKind,
  account: string,
  ip: string,
): Promise<void> => {
  metrics.authFailures.inc({ kind })
  await db.run(insertFailure, [kind, account, ip, wallOf(env).now()])
}

/** Wipes out what was noted, after the right answer. */
export const forgetTries = async (
  { db }: Pick<GuardDeps, 'db'>,
  account: string,
  ip: string,
): Promise<void> => {
  await db.run(forgetFailures, [account, ip])
}
