import type { Deps } from '#core/service.ts'
import { TillwatchError } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'

const lastSeq = loadSql(import.meta.url, '../sql/inbox_last_seq.sql')
const countOpen = loadSql(import.meta.url, '../sql/inbox_count_open.sql')

/** A worker that does nothing for a minute is not there; the run fails and is repeated. */
const WAIT_MAX_MS = 60_000
const LOOK_MS = 10

/**
 * Has everything that was accepted until now applied, so that the run compares what is known with what is known. Events that
 * arrive meanwhile are not waited for. Throws `inbox_not_drained` after a minute of machine time.
 */
export const drainInbox = async (
  deps: Pick<Deps, 'db' | 'env' | 'wakeups'>,
  signal: AbortSignal,
): Promise<void> => {
  const { machine, clock } = deps.env
  const last = await deps.db.first<{ seq: bigint }>(lastSeq)
  const startedMs = machine.nowMs()
  for (;;) {
    const row = await deps.db.first<{ open: number }>(countOpen, [last?.seq ?? 0n, clock.now()])
    if (!row || row.open === 0) return
    if (machine.nowMs() - startedMs > WAIT_MAX_MS) {
      throw new TillwatchError('inbox_not_drained', undefined, { details: { open: row.open } })
    }
    deps.wakeups.wake('inbox')
    await machine.sleep(LOOK_MS, signal)
  }
}
