import { describe, expect, test } from 'vitest'
import { mailOf } from './mail.ts'
import { pagerEventOf } from './pager-event.ts'
import { slackMessageOf } from './slack-message.ts'
import { BAD_HOUR, NASTY } from './testing/notices.ts'
import { webhookBodyOf } from './webhook-body.ts'

const resolved = { ...BAD_HOUR, number: 2, change: 'resolved', at: new Date('2026-03-02T10:00:00Z') } as const

describe('a mail', () => {
  test('says what is wrong, why, what to do and where to look, in plain text', () => {
    expect(mailOf(BAD_HOUR).text).toBe(`critical | PaymentSuccessRateCritical

Success rate 91.2 % is below 95 % (1 h, 21 of 240 failed)

Success rate  91.2 % (219 of 240)
Line          95 % over 1 h
Lost sales    154.30 GBP
Since         2 Mar 2026, 09:30:00 UTC

Likely cause
  18 of 21 were refused by the issuer: insufficient_funds

I am on it: https://shop.example/alerts/inc_01/ack?by=mail

What to do (Runbook section 4)
  1. Look at the decline codes
  2. Ask Stripe for its status

Payments to look at
  pay_1, 9:29, 4.50 GBP
    https://shop.example/payments/pay_1
  pay_2, 9:30, 7.20 GBP
    https://shop.example/payments/pay_2

The incident: https://shop.example/alerts/inc_01
Runbook: https://shop.example/runbook#success-rate`)
  })

  test('of an incident is one thread, and the same mail sent twice is one mail', () => {
    const [first, second] = [mailOf(BAD_HOUR), mailOf(resolved)]
    expect(first).toMatchObject({ messageId: '<inc_01.1@alerts.tillwatch>', inReplyTo: null })
    expect(second).toMatchObject({ messageId: '<inc_01.2@alerts.tillwatch>', inReplyTo: first.messageId })
    expect(second.subject).toBe(
      '[resolved after 30 min] Success rate 91.2 % is below 95 % (1 h, 21 of 240 failed) | PaymentSuccessRateCritical',
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

describe('a mail', () => {
  test('begins its subject with severity, value, line, window and counts', () => {
    expect(mailOf({ ...BAD_HOUR, place: 'Bakery' }).subject).toBe(
      '[critical] Success rate 91.2 % is below 95 % (1 h, 21 of 240 failed) | PaymentSuccessRateCritical, Bakery',
    )
    const long = { ...BAD_HOUR, alert: { ...BAD_HOUR.alert, headline: 'x'.repeat(900) } }
    expect(mailOf(long).subject).toMatch(/^\[critical\] x{139}… \| PaymentSuccessRateCritical$/)
  })

  test('that nobody answered says for how long; one that is over says how long it lasted', () => {
    const later = {
      ...BAD_HOUR,
      change: 'escalated',
      number: 2,
      at: new Date('2026-03-02T09:45:00Z'),
    } as const
    expect(mailOf(later).subject).toMatch(/^\[critical, open for 15 min\] Success rate/)
    for (const body of [mailOf(later).text, mailOf(later).html])
      expect(body).toContain('Nobody has taken this for 15 min.')
    expect(mailOf({ ...resolved, zone: 'Europe/Berlin' }).text).toContain(
      'Over          2 Mar 2026, 11:00:00 CET, after 30 min',
    )
  })

  test('says in HTML what it says in text, fetches nothing and runs nothing', () => {
    const whole = {
      ...BAD_HOUR,
      breakdown: [{ name: 'Tills', value: 'Front till: 17' }],
      others: ['Cash drawer is open'],
      links: [{ text: 'Dashboard', url: 'https://grafana.example/d/kpi' }],
      place: 'Bakery',
    }
    const { html, text } = mailOf(whole)
    for (const said of [
      'Front till: 17',
      'Cash drawer is open',
      'Dashboard',
      'Bakery',
      'I am on it',
      'Runbook section 4',
    ])
      expect([html.includes(said), text.includes(said)]).toEqual([true, true])
    expect(html).not.toMatch(/<script|<img|<link|@import|url\(|src=/)
  })
})

describe('an event of the pager', () => {
  test('carries everything that a mail says', () => {
    const event = pagerEventOf(
      { ...BAD_HOUR, breakdown: [{ name: 'Tills', value: 'Front till: 17' }], place: 'Bakery' },
      'r'.repeat(32),
    )
    expect('payload' in event && event.payload.custom_details).toEqual({
      'Success rate': '91.2 % (219 of 240)',
      Line: '95 % over 1 h',
      'Lost sales': '154.30 GBP',
      Since: '2 Mar 2026, 09:30:00 UTC',
      Tills: 'Front till: 17',
      'Likely cause': '18 of 21 were refused by the issuer: insufficient_funds',
      Alert: 'PaymentSuccessRateCritical',
      Store: 'Bakery',
      'Payments to look at': [
        'pay_1, 9:29, 4.50 GBP https://shop.example/payments/pay_1',
        'pay_2, 9:30, 7.20 GBP https://shop.example/payments/pay_2',
      ],
      'Raised with it': [],
      'What to do (Runbook section 4)': ['1. Look at the decline codes', '2. Ask Stripe for its status'],
      labels: { store: 'bakery', component: 'gateway' },
    })
  })

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
