import type { PoolClient } from 'pg'
import type { Deps } from '#core/service.ts'

/** Advisory lock of the reconciler: one run at a time in the whole installation, the chain and the pairings have one writer. */
export const RECONCILER_LOCK = 7_305_010

/**
 * Does `work` as the one reconciler of the installation; false, and nothing done, while another process is at it. A session's
 * lock ends with its process: what a killed one left behind is taken up by the next.
 */
export const withLock = async (deps: Pick<Deps, 'db'>, work: () => Promise<void>): Promise<boolean> => {
  const client: PoolClient = await deps.db.pool.connect()
  let broken: Error | undefined
  try {
    const { rows } = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_lock($1) AS ours', [
      RECONCILER_LOCK,
    ])
    if (rows[0]?.ours !== true) return false
    try {
      await work()
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [RECONCILER_LOCK])
    }
    return true
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    client.release(broken)
  }
}
