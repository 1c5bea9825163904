import { codeOf } from '#core/errors.ts'
import { isStorageOutage, type Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { LOOK_EVERY_MS, lookLater, type OpenAction } from './reader-actions.ts'
import { watchAction } from './watch-action.ts'

const listDue = loadSql(import.meta.url, 'sql/reader_action_list_due.sql')
const wakeAction = loadSql(import.meta.url, 'sql/reader_action_wake.sql')

const BATCH = 50

const watchOne = async (deps: Deps, action: OpenAction): Promise<void> => {
  try {
    await watchAction(deps, action, 'completer', 'stop_late')
  } catch (error) {
    if (isStorageOutage(error)) throw error
    deps.log.error(
      { action: action.id, payment: action.payment_id, code: codeOf(error), err: error },
      'reader not watched',
    )
    await lookLater(deps, action, new Date(deps.env.clock.now().getTime() + LOOK_EVERY_MS))
  }
}

/**
 * Looks at every payment at a reader whose time has come: finishes those that ended without a delivery, stops readers that
 * hang, and never hands anything to a reader by itself (docs/terminal.md). Throws only when the database is away.
 */
export const watchReaders = async (deps: Deps): Promise<void> => {
  for (;;) {
    const due = await deps.db.rows<OpenAction>(listDue, [deps.env.clock.now(), BATCH])
    for (const action of due) await watchOne(deps, action)
    if (due.length < BATCH) return
  }
}

/** A reader told Stripe something, in the caller's database transaction: its payment is looked at now instead of at the next sweep. */
export const wakeReader = async (
  deps: Pick<Deps, 'env' | 'wakeups'>,
  db: Db,
  stripeReader: string,
): Promise<'recorded' | 'ignored'> => {
  const woken = await db.run(wakeAction, [stripeReader, deps.env.clock.now()])
  if (woken === 0) return 'ignored'
  db.afterCommit(() => deps.wakeups.wake('readers'))
  return 'recorded'
}
