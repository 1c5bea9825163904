import { ANONYMOUS, type Principal } from '#core/access/roles.ts'
import { openMailer, type MailAnswer, type Mailer } from '#core/mail/open-mailer.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { receiptFate } from '../domain/receipt-mail.ts'
import { readReceipt } from './read-receipt.ts'
import { receiptHtml, receiptText } from './render-receipt.ts'

const claim = loadSql(import.meta.url, 'sql/receipt_mails_claim.sql')
const settle = loadSql(import.meta.url, 'sql/receipt_mail_settle.sql')

const BATCH = 10
/** Longer than the mail server has to answer. */
const LEASE_MS = 60_000
const REASON_MAX = 300
const MESSAGE_HOST = 'receipts.tillwatch'

interface Claimed {
  readonly id: string
  readonly payment_id: string
  readonly email: string
  readonly shown_email: string
  readonly attempts: number
}

/** The sender sees every till's receipts: whoever asked for one was allowed to. */
const SENDER: Principal = ANONYMOUS

const hand = async (deps: Deps, mailer: Mailer, row: Claimed): Promise<MailAnswer> => {
  const receipt = await readReceipt(deps.db, SENDER, row.payment_id)
  const style = { locale: deps.shop.receipt_locale }
  const answer = await mailer.send({
    to: row.email,
    subject: `Your receipt from ${receipt.store.name}`,
    text: receiptText(receipt, style),
    html: receiptHtml(receipt, style),
    messageId: `<${row.id}@${MESSAGE_HOST}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
  })
  // Servers repeat the address that they do not know.
  return answer.kind === 'taken'
    ? answer
    : { ...answer, why: answer.why.replaceAll(row.email, row.shown_email) }
}

const sendOne = async (deps: Deps, mailer: Mailer, row: Claimed): Promise<void> => {
  const fate = receiptFate(await hand(deps, mailer, row), row.attempts)
  const now = deps.env.clock.now()
  const next = fate.status === 'pending' ? new Date(now.getTime() + fate.waitMs) : null
  const reason = fate.status === 'sent' ? null : fate.reason.slice(0, REASON_MAX)
  await deps.db.run(settle, [row.id, fate.status, reason, fate.status === 'pending' ? null : now, next])
  const facts = { receipt_mail: row.id, payment: row.payment_id, status: fate.status, reason }
  deps.log[fate.status === 'failed' ? 'warn' : 'info'](facts, 'receipt mail')
}

/** Mails every receipt that is due; several processes at once mail each once, and a crash mails it again under its Message-ID. */
export const mailReceipts = async (deps: Deps): Promise<void> => {
  const { smtpUrl, mailFrom } = deps.notify
  if (smtpUrl === null) return
  let mailer: Mailer | undefined
  try {
    for (;;) {
      const now = deps.env.clock.now()
      const rows = await deps.db.rows<Claimed>(claim, [now, new Date(now.getTime() + LEASE_MS), BATCH])
      if (rows.length === 0) return
      const open = (mailer ??= openMailer(smtpUrl, mailFrom))
      await Promise.all(rows.map(async (row) => sendOne(deps, open, row)))
    }
  } finally {
    mailer?.close()
  }
}
