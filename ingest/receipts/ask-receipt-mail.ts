import type { Principal } from '#core/access/roles.ts'
import { TillwatchError } from '#core/errors.ts'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { showEmail } from '../domain/receipt-mail.ts'
import { readReceipt } from './read-receipt.ts'

const insert = loadSql(import.meta.url, 'sql/receipt_mail_insert.sql')

/** Nobody needs one receipt more often; a till that is stuck, or somebody who plays, does. */
const PER_PAYMENT_MAX = 10

/** A receipt that waits to be mailed. */
export interface AskedReceipt {
  readonly id: string
  readonly payment_id: string
  readonly shown_email: string
  readonly status: string
  readonly created_at: Date
}

/**
 * Has the receipt of a payment mailed to `email`: now, and again while the mail server is in trouble; nobody waits for it. The
 * same one that still waits is one. Throws what `readReceipt` throws, `mail_unavailable`, and `rate_limited` after ten.
 */
export const askReceiptMail = async (
  deps: Deps,
  principal: Principal,
  paymentId: string,
  email: string,
): Promise<AskedReceipt> => {
  await readReceipt(deps.db, principal, paymentId)
  if (deps.notify.smtpUrl === null) throw new TillwatchError('mail_unavailable')
  const asked = await deps.db.first<AskedReceipt>(insert, [
    newId(deps.env, 'receiptMail'),
    paymentId,
    email,
    showEmail(email),
    principal.actorId,
    deps.env.clock.now(),
    PER_PAYMENT_MAX,
  ])
  if (!asked) throw new TillwatchError('rate_limited')
  deps.wakeups.wake('receipts')
  return asked
}
