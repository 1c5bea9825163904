import { appendAudit, platformActor } from '#core/audit/append-audit.ts'
import { codeOf } from '#core/errors.ts'
import { isStorageOutage } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { createOrphanCompleter } from '../payments/complete-orphans.ts'
import { createKeyForgetter } from '../payments/forget-keys.ts'
import { createSeenFor } from './seen-for.ts'
import { settleUnknown, type UnknownOutcome } from './settle-unknown.ts'

const selectUnknown = loadSql(import.meta.url, 'sql/unknown_select.sql')

/** Longer than any call of ours: the time-out of one call to Stripe is 15 s. */
const UNKNOWN_AFTER_MS = 20_000
const UNKNOWN_MAX = 500

/** A change on somebody's behalf: what they did not live to see. */
const writeDown = async ({ env, db }: Deps, { kind, id }: UnknownOutcome): Promise<void> => {
  const actor = platformActor('completer')
  await appendAudit(env, db, { kind: 'job', actor, action: `completer.settle_${kind}`, object: id })
}

const settleOne = async (deps: Deps, unknown: UnknownOutcome): Promise<void> => {
  try {
    const found = await settleUnknown(deps, unknown)
    if (found) {
      deps.wakeups.wake('relay')
      await writeDown(deps, unknown)
    }
    deps.log.info({ [unknown.kind]: unknown.id, found }, 'asked Stripe for an outcome')
  } catch (error) {
    if (isStorageOutage(error)) throw error
    deps.log.warn({ [unknown.kind]: unknown.id, code: codeOf(error), err: error }, 'outcome is still unknown')
  }
}

/** Rows that no money call waits for any more; each is asked for again 20 s later while Stripe does not answer for it. */
const createUnknownSettler = (deps: Deps): (() => Promise<void>) => {
  const { machine } = deps.env
  const seen = createSeenFor()
  return async () => {
    const unknowns = await deps.db.rows<UnknownOutcome>(selectUnknown, [UNKNOWN_MAX])
    const ids = unknowns.map(({ id }) => id)
    const due = seen.longerThan(ids, machine.nowMs(), UNKNOWN_AFTER_MS)
    for (const unknown of unknowns) {
      if (!due.has(unknown.id)) continue
      await settleOne(deps, unknown)
      seen.restart(unknown.id, machine.nowMs())
    }
  }
}

/**
 * Settles what a crash or a time-out left unknown: money calls without an answer are taken up again, other rows are asked
 * for at Stripe (reliability.md rows 2, 5, 16). It never guesses. It also forgets keys that are older than their seven days.
 */
export const createCompleter = (deps: Deps): { drain: () => Promise<void>; close: () => Promise<void> } => {
  const orphans = createOrphanCompleter(deps)
  const settleUnknowns = createUnknownSettler(deps)
  const forgetKeys = createKeyForgetter(deps)
  return {
    drain: async () => {
      await orphans.drain()
      await settleUnknowns()
      await forgetKeys()
    },
    close: async () => orphans.close(),
  }
}
