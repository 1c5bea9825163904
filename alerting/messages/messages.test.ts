import { describe, expect, test } from 'vitest'
import { mailOf } from './mail.ts'
import { pagerEventOf } from './pager-event.ts'
import { slackMessageOf } from './slack-message.ts'
import { BAD_HOUR, NASTY } from './testing/notices.ts'
import { webhookBodyOf } from './webhook-body.ts'

const resolved = { ...BAD_HOUR, number: 2, change: 'resolved', at: new Date('2026-03-02T10:00:00Z') } as const

describe('a mail', () => {
  test('says what is wrong, why, what to do and where to look, in plain text', () => {
    expect(mailOf(BAD_HOUR).text).toBe(`Success rate 91.2 % is below 95 % (1 h, 21 of 240 failed)

Success rate  91.2 % (219 of 240)
Line          95 % over 1 h
Lost sales    154.30 GBP
Likely cause  18 of 21 were refused by the issuer: insufficient_funds
Since         2026-03-02 09:30:00 UTC

What to do (Runbook section 4)
  1. Look at the decline codes
  2. Ask Stripe for its status

Payments to look at
  pay_1, 9:29, 4.50 GBP
  https://shop.example/payments/pay_1
  pay_2, 9:30, 7.20 GBP
  https://shop.example/payments/pay_2

I am on it: https://shop.example/alerts/inc_01/ack?by=mail

The incident: https://shop.example/alerts/inc_01
Runbook: https://shop.example/runbook#success-rate`)
  })

  test('of an incident is one thread, and the same mail sent twice is one mail', () => {
    const [first, second] = [mailOf(BAD_HOUR), mailOf(resolved)]
    expect(first).toMatchObject({ messageId: '<inc_01.1@alerts.tillwatch>', inReplyTo: null })
    expect(second).toMatchObject({ messageId: '<inc_01.2@alerts.tillwatch>', inReplyTo: first.messageId })
    expect(second.subject).toBe(
      '[critical] Resolved: PaymentSuccessRateCritical: Success rate 91.2 % is below 95 % (1 h, 21 of 240 failed)',
    )
    expect(second.text).not.toContain('I am on it')
  })

  test('cannot be broken by what a payment says', () => {
    const mail = mailOf(NASTY)
    expect(mail.subject).not.toMatch(/[\r\n\u202e]/)
    expect(mail.text.split('\n').filter((line) => line.startsWith('Bcc'))).toEqual([])
    expect(mail.html).not.toMatch(/<script|<img|<b>|onerror="|href="[^"]*"><script/)
  })
})

describe('an event of the pager', () => {
  test('triggers and resolves one incident', () => {
    const trigger = pagerEventOf(BAD_HOUR, 'r'.repeat(32))
    expect(trigger).toMatchObject({
      event_action: 'trigger',
      payload: { severity: 'critical', source: 'bakery', timestamp: '2026-03-02T09:31:00.000Z' },
    })
    expect(pagerEventOf(resolved, 'r'.repeat(32))).toEqual({
      routing_key: 'r'.repeat(32),
      event_action: 'resolve',
      dedup_key: trigger.dedup_key,
    })
  })

  test('keeps to the lengths that the pager takes', () => {
    const long = { ...BAD_HOUR, alert: { ...BAD_HOUR.alert, headline: 'x'.repeat(5_000) } }
    const event = pagerEventOf(
      { ...long, incident: { ...long.incident, key: 'k'.repeat(999) } },
      'r'.repeat(32),
    )
    expect(event.dedup_key).toHaveLength(255)
    expect('payload' in event && event.payload.summary).toHaveLength(1_024)
  })
})

test('the generic webhook speaks as Alertmanager does', () => {
  const body = webhookBodyOf(resolved, 'desk', 'https://shop.example')
  expect(body).toMatchObject({
    version: '4',
    status: 'resolved',
    receiver: 'desk',
    groupLabels: { alertname: 'PaymentSuccessRateCritical' },
    alerts: [
      {
        labels: { alertname: 'PaymentSuccessRateCritical', severity: 'critical', store: 'bakery' },
        startsAt: '2026-03-02T09:30:00.000Z',
        endsAt: '2026-03-02T10:00:00.000Z',
      },
    ],
  })
  expect(webhookBodyOf(BAD_HOUR, 'desk', '').alerts[0]?.endsAt).toBe('0001-01-01T00:00:00Z')
})

test('a message to Slack mentions nobody', () => {
  const text = JSON.stringify(slackMessageOf(NASTY))
  expect(text).not.toContain('<!channel>')
  expect(text).toContain('&lt;!channel&gt;')
  expect(JSON.stringify(slackMessageOf(resolved))).not.toContain('I am on it')
})
