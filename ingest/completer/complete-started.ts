import { codeOf } from '#core/errors.ts'
import { isStorageOutage } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import type { UnknownOutcome } from './find-at-stripe.ts'
import { createSeenFor } from './seen-for.ts'
import { settleUnknown } from './settle-unknown.ts'

const selectUnknown = loadSql(import.meta.url, 'sql/unknown_select.sql')

/** A call that lives has had its answer by then: the time-out of one call to Stripe is 15 s. */
const UNKNOWN_AFTER_MS = 20_000
const UNKNOWN_MAX = 50

const settleOne = async (deps: Deps, unknown: UnknownOutcome): Promise<void> => {
  try {
    const result = await settleUnknown(deps, unknown)
    if (result === 'recorded') deps.wakeups.wake('relay')
    deps.log.info(
      { [unknown.kind]: unknown.id, result: result ?? 'not_found' },
      'asked Stripe for an outcome',
    )
  } catch (error) {
    if (isStorageOutage(error)) throw error
    deps.log.warn({ [unknown.kind]: unknown.id, code: codeOf(error), err: error }, 'outcome is still unknown')
  }
}

/**
 * Settles what a crash or a time-out left unknown, by asking Stripe (reliability.md rows 2, 5, 16). Never guesses: what
 * Stripe does not answer for is asked again 20 s later.
 */
export const createCompleter = (deps: Deps): (() => Promise<void>) => {
  const seen = createSeenFor()
  return async () => {
    const unknowns = await deps.db.rows<UnknownOutcome>(selectUnknown, [UNKNOWN_MAX])
    const nowMs = deps.env.machine.nowMs()
    const due = seen.longerThan(
      unknowns.map(({ id }) => id),
      nowMs,
      UNKNOWN_AFTER_MS,
    )
    for (const unknown of unknowns) {
      if (!due.has(unknown.id)) continue
      await settleOne(deps, unknown)
      seen.restart(unknown.id, deps.env.machine.nowMs())
    }
  }
}
