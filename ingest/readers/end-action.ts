import type Stripe from 'stripe'
import { invariant } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { factsOfIntent, type Attempt, type PaymentFacts } from '../domain/payment-facts.ts'
import { finishKey } from '../payments/idempotency-keys.ts'
import { OWNER_LOCK_SPACE } from '../payments/key-owner.ts'
import { paymentAnswer } from '../payments/payment-answer.ts'
import { loadPayment } from '../payments/payment-operations.ts'
import { recordPaymentIntent } from '../record/record-payment-intent.ts'
import { recordPaymentReport } from '../record/record-payments.ts'
import type { RecordedBy } from '../record/recorded-by.ts'
import { READER_CODE } from './domain/reader-advice.ts'
import type { ActionRow } from './reader-actions.ts'

const endRow = loadSql(import.meta.url, 'sql/reader_action_end.sql')
const readKey = loadSql(import.meta.url, 'sql/reader_key_read.sql')
const releaseLeft = loadSql(import.meta.url, 'sql/reader_key_release_left.sql')

/** How an action ended. */
export interface ActionEnd {
  readonly status: 'succeeded' | 'failed' | 'canceled'
  readonly code: string | null
  readonly message: string | null
}

const NOTHING_TAKEN = { chargeId: null, capturedMinor: 0n, occurredAt: null, card: null } as const

/** Ends the row; false when somebody else ended it first. */
export const endRowOf = async (deps: Deps, db: Db, action: ActionRow, end: ActionEnd): Promise<boolean> => {
  const now = deps.env.clock.now()
  if ((await db.run(endRow, [action.id, end.status, end.code, end.message, now])) !== 1) return false
  const tookMs = Math.max(0, now.getTime() - action.started_at.getTime())
  db.afterCommit(() => deps.metrics.paymentAction.observe({ kind: 'terminal' }, tookMs / 1_000))
  return true
}

/** The payment is known: ends the action and keeps the answer of the call that asked for it. */
const endWithAnswer = async (deps: Deps, db: Db, action: ActionRow, end: ActionEnd): Promise<boolean> => {
  if (!(await endRowOf(deps, db, action, end))) return false
  const key = await db.first<{ role: string }>(readKey, [action.key])
  if (!key) return true
  const about = {
    role: key.role,
    requestId: newId(deps.env, 'request'),
    intent: null,
    done: action.is_first ? 201 : 200,
  } as const
  const answer = paymentAnswer(await loadPayment(db, action.payment_id), about)
  invariant(answer, `${action.id} ended and its payment has no outcome`)
  await finishKey(db, action.key, answer, deps.env.clock.now())
  return true
}

const endOfIntent = (intent: Stripe.PaymentIntent, said: Omit<ActionEnd, 'status'>): ActionEnd => {
  if (intent.status === 'canceled') return { status: 'canceled', ...said }
  const attempt = factsOfIntent(intent).attempt
  if (attempt?.outcome === 'failed')
    return { status: 'failed', code: attempt.declineCode, message: attempt.message }
  return { status: 'succeeded', code: null, message: null }
}

/** Records what the intent says, ends the action by it and keeps the call's answer, in one commit. False: no end yet. */
export const settleAction = async (
  deps: Deps,
  action: ActionRow,
  intent: Stripe.PaymentIntent,
  by: RecordedBy,
  said: Omit<ActionEnd, 'status'> = { code: null, message: null },
): Promise<boolean> =>
  deps.db.withTransaction(async (db) => {
    await recordPaymentIntent(deps, db, intent, by)
    const { status } = await loadPayment(db, action.payment_id)
    if (status === 'processing') return false
    return endWithAnswer(deps, db, action, endOfIntent(intent, said))
  })

const backAttempt = (action: ActionRow, { code }: ActionEnd): Attempt => ({
  id: action.id,
  // Nobody refused anything: it is neither a success nor a failure (core/kpi).
  outcome: 'canceled',
  code,
  declineCode: null,
  message: null,
  failureClass: code === 'customer_canceled' ? 'customer' : code === READER_CODE.stopped ? 'none' : 'system',
})

/** What a payment is after an attempt of which Stripe took nothing and will take nothing. */
export const backFacts = (intentId: string | null, attempt: Attempt): PaymentFacts => ({
  ...NOTHING_TAKEN,
  intentId,
  status: 'requires_payment_method',
  goesBack: true,
  attempt,
})

/** Nothing was taken: the payment can be tried again, its sale is free for other tenders. Ends the action in the same commit. */
export const putBack = async (
  deps: Deps,
  action: ActionRow,
  intentId: string | null,
  end: ActionEnd,
  by: RecordedBy,
): Promise<boolean> =>
  deps.db.withTransaction(async (db) => {
    const facts = backFacts(intentId, backAttempt(action, end))
    const ref = { paymentId: action.payment_id, intentId: null }
    await recordPaymentReport(deps, db, { ref, by, judge: () => facts })
    return endWithAnswer(deps, db, action, end)
  })

/**
 * Stripe never heard of it and nobody is at its key: the payment is over, the key is free, and the till begins afresh. False
 * while somebody is at the key.
 */
export const forgetAction = async (deps: Deps, action: ActionRow, by: RecordedBy): Promise<boolean> =>
  deps.db.withTransaction(async (db) => {
    const facts: PaymentFacts = {
      ...NOTHING_TAKEN,
      intentId: null,
      status: 'canceled',
      attempt: {
        ...backAttempt(action, { status: 'canceled', code: READER_CODE.neverHanded, message: null }),
      },
    }
    const ref = { paymentId: action.payment_id, intentId: null }
    if ((await db.run(releaseLeft, [action.key, OWNER_LOCK_SPACE])) === 0) return false
    await recordPaymentReport(deps, db, { ref, by, judge: () => facts })
    return endRowOf(deps, db, action, { status: 'canceled', code: READER_CODE.neverHanded, message: null })
  })
