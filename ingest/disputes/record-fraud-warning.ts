import type Stripe from 'stripe'
import { appendEvents } from '#core/postgres/append-event.ts'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { RecordDeps, RecordedBy, RecordResult } from '../record/recorded-by.ts'
import { lockDisputed } from './lock-disputed.ts'

const upsertRow = loadSql(import.meta.url, '../sql/fraud_warning_upsert.sql')

/**
 * Records an early fraud warning in the caller's database transaction; locks its payment. It moves no money: it is a row, an
 * event and a line of the payment's timeline (stripe.md §6). `unknown_object` when its charge is no captured payment of ours.
 */
export const recordFraudWarning = async (
  deps: RecordDeps,
  db: Db,
  warning: Stripe.Radar.EarlyFraudWarning,
  by: RecordedBy,
): Promise<RecordResult> => {
  const payment = await lockDisputed(db, warning.charge)
  if (!payment) return 'unknown_object'
  const charge = typeof warning.charge === 'string' ? warning.charge : warning.charge.id
  const warnedAt = new Date(warning.created * 1000)
  const now = deps.env.clock.now()
  const { id, fraud_type: fraudType, actionable } = warning
  const params = [id, payment.id, charge, fraudType, actionable, warnedAt, now]
  const written = await db.first<{ is_new: boolean }>(upsertRow, params)
  if (!written) return 'unchanged'
  if (!written.is_new) return 'recorded'
  const body = {
    store_id: payment.store_id,
    till_id: payment.till_id,
    sale_id: payment.sale_id,
    payment_id: payment.id,
    method: 'card',
    currency: payment.currency,
    status: fraudType,
    stripe_object: id,
    first_writer: by.writer,
    trace_id: payment.trace_id,
  }
  await appendEvents(deps.env, db, [{ type: 'fraud_warning.received', occurredAt: warnedAt, body }])
  db.afterCommit(() => deps.metrics.fraudFlags.inc({ severity: 'high' }))
  return 'recorded'
}
