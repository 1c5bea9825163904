import { appendAudit, platformActor } from '#core/audit/append-audit.ts'
import { codeOf } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import { isStorageOutage } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { createRefundOperation } from '../refunds/refund-operation.ts'
import type { StartedKey } from './idempotency-keys.ts'
import { OWNER_LOCK_SPACE } from './key-owner.ts'
import { driveOperation, type MoneyCalls, type Run } from './money-calls.ts'
import { openMoneyCalls } from './open-money-calls.ts'
import {
  cancelPaymentOperation,
  capturePaymentOperation,
  confirmPaymentOperation,
  createPaymentOperation,
} from './payment-operations.ts'
import { whileRunning } from './while-running.ts'

const takeOver = loadSql(import.meta.url, '../sql/idempotency_key_take_over.sql')

const BATCH = 20

const runOf = (money: MoneyCalls, started: StartedKey, owner: number): Run => ({
  started,
  owner,
  resumed: true,
  by: { writer: 'completer', cause: { kind: 'call', id: started.object_id } },
  about: { role: started.role, requestId: newId(money.deps.env, 'request') },
})

const complete = async (money: MoneyCalls, started: StartedKey, owner: number): Promise<number> => {
  const { db } = money.deps
  const run = runOf(money, started, owner)
  const { object_id: id } = started
  const pay = async (operation: typeof createPaymentOperation) =>
    driveOperation(money, operation, await operation.load(db, id), run)
  switch (started.recovery_point) {
    case 'create_payment':
      return (await pay(createPaymentOperation)).status
    case 'confirm_payment':
      return (await pay(confirmPaymentOperation)).status
    case 'capture_payment':
      return (await pay(capturePaymentOperation)).status
    case 'cancel_payment':
      return (await pay(cancelPaymentOperation)).status
    case 'create_refund': {
      const operation = createRefundOperation
      return (await driveOperation(money, operation, await operation.load(db, id), run)).status
    }
    case 'use_reader':
      // Not taken over: readers have a sweep of their own (watch-readers.ts), which never starts one.
      return 202
    case 'drawer':
      // Done in the database transaction of its claim: there is no such key to take up.
      return 500
  }
}

const STILL_OPEN = 202

/** Whoever asked has no row of the outcome: the platform finished it in their place. */
const writeDown = async ({ env, db }: Deps, started: StartedKey, status: number): Promise<void> => {
  await appendAudit(env, db, {
    kind: 'job',
    actor: platformActor('completer'),
    action: `completer.${started.recovery_point}`,
    object: started.object_id,
    traceId: started.trace_id,
    status,
  })
}

const completeOne = async (money: MoneyCalls, started: StartedKey, owner: number): Promise<void> => {
  const { deps } = money
  const facts = { object_id: started.object_id, point: started.recovery_point, trace_id: started.trace_id }
  try {
    const status = await whileRunning(money.running, started.key, async () => complete(money, started, owner))
    if (status !== STILL_OPEN) await writeDown(deps, started, status)
    deps.log.info(
      { ...facts, status },
      status === STILL_OPEN ? 'money call still open' : 'money call completed',
    )
  } catch (error) {
    if (isStorageOutage(error)) throw error
    deps.log.error({ ...facts, code: codeOf(error), err: error }, 'money call not completed')
  }
}

/**
 * Finishes money calls that their caller or their process left without an answer: with the same key at Stripe, so that
 * nothing is done twice, and with the answer kept for whoever asks again. Each `drain` tries each once.
 */
export const createOrphanCompleter = (
  deps: Deps,
): { drain: () => Promise<void>; close: () => Promise<void> } => {
  const money = openMoneyCalls(deps)
  const tried = new Set<string>()
  return {
    drain: async () => {
      tried.clear()
      for (;;) {
        const owner = await money.owner.number()
        const running = [...money.running.keys(), ...tried]
        const taken = await deps.db.rows<StartedKey>(takeOver, [
          owner,
          OWNER_LOCK_SPACE,
          BATCH,
          running,
          deps.env.clock.now(),
        ])
        const fresh = taken.filter(({ key }) => !tried.has(key))
        for (const started of fresh) {
          tried.add(started.key)
          await completeOne(money, started, owner)
        }
        if (fresh.length > 0) deps.wakeups.wake('relay')
        if (fresh.length < BATCH) return
      }
    },
    close: async () => money.owner.close(),
  }
}
