import { createHmac } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { simpleParser, type ParsedMail } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BAD_HOUR, NASTY } from '../messages/testing/notices.ts'
import { startReceiver, type Receiver } from '../testing/receiver.ts'
import { openMail, type MailChannel } from './mail.ts'
import { openSlack } from './slack.ts'
import { openWebhook } from './webhook.ts'

const NEVER = new AbortController().signal
const NOW = new Date('2026-03-02T09:31:00.000Z')

let smtp: SMTPServer
let mail: MailChannel
let receiver: Receiver
let port: number
const mails: ParsedMail[] = []

beforeAll(async () => {
  receiver = await startReceiver()
  smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) => {
      done(address.startsWith('nobody') ? Object.assign(new Error('unknown'), { responseCode: 550 }) : null)
    },
    onData: (stream, _session, done) => {
      void simpleParser(stream).then((parsed) => {
        mails.push(parsed)
        done()
      })
    },
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  port = (smtp.server.address() as AddressInfo).port
  mail = openMail(`smtp://127.0.0.1:${port}`, 'tillwatch@shop.example')
})
afterAll(async () => {
  mail.close()
  await receiver.close()
  await new Promise<void>((resolve) => {
    smtp.close(resolve)
  })
})

test('a mail arrives with both its parts, and its thread', async () => {
  expect(await mail.send({ ...BAD_HOUR, number: 2 }, 'it@shop.example', NEVER)).toEqual({ kind: 'taken' })
  const [parsed] = mails.splice(0)
  expect(parsed?.subject).toContain('PaymentSuccessRateCritical')
  expect(parsed?.text).toContain('219 of 240')
  expect(parsed?.html).toContain('219 of 240')
  expect(parsed?.messageId).toBe('<inc_01.2@alerts.tillwatch>')
  expect(parsed?.inReplyTo).toBe('<inc_01.1@alerts.tillwatch>')
})

test('what stands in a name makes neither a header nor a line of its own', async () => {
  await mail.send(NASTY, 'it@shop.example', NEVER)
  const [parsed] = mails.splice(0)
  expect(parsed?.headers.has('bcc')).toBe(false)
  expect(parsed?.subject).toContain('Bcc: all@example.com')
})

test('an address that nobody has is refused, a server that is away may come back', async () => {
  expect(await mail.send(BAD_HOUR, 'nobody@shop.example', NEVER)).toMatchObject({ kind: 'refused' })
  const away = openMail('smtp://127.0.0.1:1', 'tillwatch@shop.example')
  expect(await away.send(BAD_HOUR, 'it@shop.example', NEVER)).toMatchObject({ kind: 'later' })
  away.close()
})

test('a webhook is signed over its very bytes', async () => {
  const target = { url: receiver.url, secret: 'whsec_desk', externalUrl: 'https://shop.example' }
  await openWebhook(fetch, target, () => NOW).send(BAD_HOUR, 'desk', NEVER)
  const body = JSON.stringify(receiver.bodies.at(-1))
  const digest = createHmac('sha256', 'whsec_desk').update(`1772443860.${body}`).digest('hex')
  expect(receiver.headers.at(-1)?.['x-tillwatch-signature']).toBe(`t=1772443860,v1=${digest}`)
})

test('slack takes blocks', async () => {
  expect(await openSlack(fetch, receiver.url).send(BAD_HOUR, '', NEVER)).toEqual({ kind: 'taken' })
  expect(receiver.bodies.at(-1)).toMatchObject({
    attachments: [
      {
        color: '#b3261e',
        blocks: [
          ...[{ type: 'section' }, { type: 'section' }, { type: 'section', fields: [{}, {}, {}, {}] }],
          ...[{ type: 'section' }, { type: 'section' }, { type: 'actions' }, { type: 'section' }],
        ],
      },
    ],
  })
})

test('a redirect is a wrong address, not another one', async () => {
  receiver.moods = [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }]
  expect(await openSlack(fetch, receiver.url).send(BAD_HOUR, '', NEVER)).toMatchObject({ kind: 'refused' })
})
