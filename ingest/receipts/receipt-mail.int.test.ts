import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Deps } from '#core/service.ts'
import { startMailServer, type MailServer } from '#core/testing/mail-server.ts'
import { openLife, type Life } from '../testing/open-life.ts'
import { mailReceipts } from './mail-receipts.ts'

let life: Life
let mail: MailServer
let deps: Deps
beforeAll(async () => {
  mail = await startMailServer()
  life = await openLife({ smtpUrl: mail.url, mailFrom: 'tillwatch@shop.example' })
  deps = life.gateway.deps
})
afterAll(async () => {
  await mail.close()
  await life.close()
})
beforeEach(async () => {
  mail.mails.splice(0)
  mail.moods = []
  await deps.db.run(
    "UPDATE receipt_mails SET status = 'sent', ended_at = created_at, email = NULL WHERE status = 'pending'",
  )
})

const send = async (payment: string, email = 'customer@home.example') =>
  life.act(`/payments/${payment}/receipt/send`, { email })

const rowOf = async (id: string) =>
  deps.db.first<{ status: string; email: string | null; reason: string | null; attempts: number }>(
    'SELECT status, email, reason, attempts FROM receipt_mails WHERE id = $1',
    [id],
  )

test('a receipt is mailed as text and as a page, and the address is forgotten', async () => {
  const paid = await life.pay({ amount: 900 })
  const asked = await send(paid.body.id)
  expect([asked.status, asked.body]).toMatchObject([
    202,
    { payment_id: paid.body.id, email: 'c***@home.example', status: 'pending' },
  ])
  expect(mail.mails).toEqual([])
  await mailReceipts(deps)
  const [sent] = mail.mails
  expect(sent?.to).toBe('customer@home.example')
  expect(sent?.parsed.subject).toBe('Your receipt from High Street')
  expect(sent?.parsed.text).toContain('£9.00')
  expect(sent?.parsed.html).toContain('£9.00')
  expect(sent?.parsed.messageId).toBe(`<${asked.body.id}@receipts.tillwatch>`)
  expect(await rowOf(asked.body.id)).toEqual({ status: 'sent', email: null, reason: null, attempts: 1 })
  await mailReceipts(deps)
  expect(mail.mails).toHaveLength(1)
})

test('asked for twice while it waits it is one mail', async () => {
  const paid = await life.pay({ amount: 900 })
  const [first, second] = [await send(paid.body.id), await send(paid.body.id)]
  expect(second.body.id).toBe(first.body.id)
  await mailReceipts(deps)
  expect(mail.mails).toHaveLength(1)
})

test('a mail server in trouble is asked again, later, and the till never waits for it', async () => {
  mail.moods = [451]
  const paid = await life.pay({ amount: 900 })
  const asked = await send(paid.body.id)
  await mailReceipts(deps)
  expect(await rowOf(asked.body.id)).toMatchObject({ status: 'pending', attempts: 1 })
  await mailReceipts(deps)
  expect(mail.mails).toEqual([])
  await life.pass(2_000)
  await mailReceipts(deps)
  expect(await rowOf(asked.body.id)).toMatchObject({ status: 'sent', attempts: 2 })
})

test('an address that nobody has ends as failed, and is written nowhere', async () => {
  const paid = await life.pay({ amount: 900 })
  const asked = await send(paid.body.id, 'nobody@home.example')
  await mailReceipts(deps)
  const row = await rowOf(asked.body.id)
  expect(row).toMatchObject({ status: 'failed', email: null, attempts: 1 })
  const whole = await deps.db.first<{ text: string }>(
    'SELECT r::text AS text FROM receipt_mails r WHERE id = $1',
    [asked.body.id],
  )
  expect(whole?.text).not.toContain('nobody@')
})

test('a receipt whose sender died is sent by another', async () => {
  const paid = await life.pay({ amount: 900 })
  const asked = await send(paid.body.id)
  const until = new Date(deps.env.clock.now().getTime() + 60_000)
  await deps.db.run('UPDATE receipt_mails SET leased_until = $1, attempts = 1 WHERE id = $2', [
    until,
    asked.body.id,
  ])
  await mailReceipts(deps)
  expect(mail.mails).toEqual([])
  await life.pass(60_000)
  await mailReceipts(deps)
  expect(mail.mails).toHaveLength(1)
})

test('what took no money has no receipt to mail, and no payment is mailed eleven times', async () => {
  const refused = await life.pay({ amount: 900, payment_method: 'pm_card_chargeDeclined' })
  expect((await send(refused.body.error.payment.id)).body.error.code).toBe('invalid_state')
  const paid = await life.pay({ amount: 900 })
  for (let n = 0; n < 10; n += 1) expect((await send(paid.body.id, `c${n}@home.example`)).status).toBe(202)
  const more = await send(paid.body.id, 'c10@home.example')
  expect([more.status, more.body.error.code]).toEqual([429, 'rate_limited'])
})

test.each([
  ['no address', 'customer'],
  ['two', 'a@b.example,c@d.example'],
  ['a header', 'a@b.example\r\nBcc: c@d.example'],
])('%s is no mail address', async (_name, email) => {
  const paid = await life.pay({ amount: 900 })
  expect((await send(paid.body.id, email)).body.error.code).toMatch(/validation_failed|metadata_invalid/)
})
