import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Change, Notice } from '../messages/notice.ts'
import { BAD_HOUR } from '../messages/testing/notices.ts'
import { openAlertDeps, type AlertDeps } from '../testing/alert-deps.ts'
import { startMailServer, type MailServer } from '#core/testing/mail-server.ts'
import { startReceiver, type Receiver } from '../testing/receiver.ts'
import { addDeliveries, type Address } from './add-deliveries.ts'
import { startDeliveries, type Deliveries } from './worker.ts'

let world: AlertDeps
let pager: Receiver
let mail: MailServer
const running: Deliveries[] = []

const PAGER: Address = { channel: 'pager', contact: 'on_call' }
const mailTo = (name: string): Address => ({ channel: 'mail', contact: `${name}@shop.example` })

beforeEach(async () => {
  ;[pager, mail] = await Promise.all([startReceiver(), startMailServer()])
  world = await openAlertDeps({
    smtpUrl: mail.url,
    mailFrom: 'tillwatch@shop.example',
    pager: { url: pager.url, routingKey: 'r'.repeat(32) },
  })
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(async (deliveries) => deliveries.stop()))
  await Promise.all([pager.close(), mail.close()])
  await world.close()
})

const start = (): Deliveries => {
  const deliveries = startDeliveries(world.deps)
  running.push(deliveries)
  return deliveries
}

const noticeOf = (change: Change, number: number, severity: 'critical' | 'warning' = 'critical'): Notice => ({
  ...BAD_HOUR,
  change,
  number,
  alert: { ...BAD_HOUR.alert, severity },
})

const tell = async (notice: Notice, ...addresses: Address[]) => {
  const { env, db, wakeups } = world.deps
  await db.withTransaction(async (own) => addDeliveries(env, own, notice, addresses))
  wakeups.wake('alerts')
}

interface Row {
  readonly channel: string
  readonly contact: string
  readonly status: string
  readonly attempts: number
}

const rows = async (): Promise<string[]> =>
  (await world.deps.db.rows<Row>('SELECT channel, contact, status FROM alert_deliveries ORDER BY seq')).map(
    ({ channel, contact, status }) => `${channel} ${contact} ${status}`,
  )

const until = async (want: readonly string[]) =>
  vi.waitFor(async () => expect(await rows()).toEqual(want), { timeout: 8_000, interval: 15 })

const keys = () => pager.bodies.map((body) => (body as { dedup_key: string }).dedup_key)
const letters = () => mail.mails.map(({ to }) => to)

test('what is committed is sent at once, by every channel', async () => {
  start()
  await tell(noticeOf('fired', 1), PAGER, mailTo('oncall'))
  await until(['pager on_call sent', 'mail oncall@shop.example sent'])
  expect(pager.bodies).toMatchObject([{ event_action: 'trigger' }])
  expect(letters()).toEqual(['oncall@shop.example'])
})

test('a message whose wake-up was lost is sent by the sweep', async () => {
  const { env, db } = world.deps
  const deliveries = start()
  await deliveries.idle()
  await db.withTransaction(async (own) => addDeliveries(env, own, noticeOf('fired', 1), [PAGER]))
  await vi.waitFor(() => expect(env.sleepers()).toBe(4))
  await env.passMachine(1_000)
  await until(['pager on_call sent'])
})

test('a pager that refuses a page has whoever is on call, and management, told by mail, with the reason', async () => {
  pager.moods = [400]
  start()
  await tell(noticeOf('fired', 1), PAGER)
  await until(['pager on_call failed', 'mail oncall@shop.example sent', 'mail boss@shop.example sent'])
  expect(mail.mails[0]?.parsed.text).toContain('pager to on_call failed: 400: no')
})

test('whoever has the mail already does not get it twice when the pager refuses', async () => {
  pager.moods = [400]
  start()
  await tell(noticeOf('fired', 1), PAGER, mailTo('oncall'), mailTo('boss'))
  await until(['pager on_call failed', 'mail oncall@shop.example sent', 'mail boss@shop.example sent'])
  expect(letters().sort()).toEqual(['boss@shop.example', 'oncall@shop.example'])
})

test('a critical mail that nobody takes is told by the pager', async () => {
  start()
  await tell(noticeOf('fired', 1), mailTo('nobody'))
  await until(['mail nobody@shop.example failed', 'pager on_call sent'])
})

test('a warning that nobody takes is written to others, and the pager is silent', async () => {
  start()
  await tell(noticeOf('fired', 1, 'warning'), mailTo('nobody'))
  await until([
    'mail nobody@shop.example failed',
    'mail oncall@shop.example sent',
    'mail boss@shop.example sent',
  ])
  expect(pager.bodies).toEqual([])
})

test('when every way fails it ends, and each way was tried once', async () => {
  pager.moods = [400]
  mail.moods = [550, 550]
  start()
  await tell(noticeOf('fired', 1), PAGER)
  await until(['pager on_call failed', 'mail oncall@shop.example failed', 'mail boss@shop.example failed'])
})

test('mail is sent while the pager hangs, and the page is sent again with the same key', async () => {
  pager.moods = ['hang']
  const deliveries = start()
  await tell(noticeOf('fired', 1), PAGER)
  await vi.waitFor(() => expect(keys()).toHaveLength(1))
  await tell(noticeOf('fired', 1), mailTo('oncall'))
  await until(['pager on_call pending', 'mail oncall@shop.example sent'])
  pager.letGo()
  await vi.waitFor(async () => {
    const row = await world.deps.db.first<{ reason: string | null }>(
      "SELECT reason FROM alert_deliveries WHERE channel = 'pager'",
    )
    expect(row?.reason).not.toBeNull()
  })
  world.deps.env.pass(1_300)
  deliveries.wake()
  await until(['pager on_call sent', 'mail oncall@shop.example sent'])
  expect(new Set(keys())).toEqual(new Set([BAD_HOUR.incident.key]))
  expect(keys()).toHaveLength(2)
})

test('a mail server that is away for a while gets the mail when it is back, under one Message-ID', async () => {
  mail.moods = [451, 421]
  const deliveries = start()
  await tell(noticeOf('fired', 1), mailTo('oncall'))
  for (const wait of [1_300, 2_600]) {
    await until(['mail oncall@shop.example pending'])
    await deliveries.idle()
    world.deps.env.pass(wait)
    deliveries.wake()
  }
  await until(['mail oncall@shop.example sent'])
  expect(mail.mails[0]?.parsed.messageId).toBe('<inc_01.1@alerts.tillwatch>')
})

test.each([
  ['500', 500, 1_300],
  ['503', 503, 1_300],
  ['a lost answer', 'cut', 1_300],
  ['429 that asks for two minutes', { status: 429, headers: { 'retry-after': '120' } }, 120_000],
] as const)('a pager that answers %s is asked again', async (_name, mood, wait) => {
  pager.moods = [mood]
  const deliveries = start()
  await tell(noticeOf('fired', 1), PAGER)
  await vi.waitFor(() => expect(pager.bodies).toHaveLength(1))
  await deliveries.idle()
  expect(await rows()).toEqual(['pager on_call pending'])
  world.deps.env.pass(wait)
  deliveries.wake()
  await until(['pager on_call sent'])
  expect(new Set(keys()).size).toBe(1)
})

test('a message whose worker was killed in the middle is sent again by another, with the same key', async () => {
  const { deps } = world
  await tell(noticeOf('fired', 1), PAGER)
  // As a killed worker leaves it: taken, tried, and nothing known.
  await deps.db.run('UPDATE alert_deliveries SET leased_until = $1, attempts = 1', [
    new Date(deps.env.clock.now().getTime() + 30_000),
  ])
  const deliveries = start()
  await deliveries.idle()
  expect(pager.bodies).toEqual([])
  deps.env.pass(30_000)
  deliveries.wake()
  await until(['pager on_call sent'])
  expect(keys()).toEqual([BAD_HOUR.incident.key])
})

test('a page that waits is dropped when its alert is over', async () => {
  pager.moods = [503]
  const deliveries = start()
  await tell(noticeOf('fired', 1), PAGER)
  await vi.waitFor(() => expect(pager.bodies).toHaveLength(1))
  await deliveries.idle()
  await tell(noticeOf('resolved', 2), PAGER)
  await until(['pager on_call dropped', 'pager on_call sent'])
  expect(pager.bodies).toMatchObject([{ event_action: 'trigger' }, { event_action: 'resolve' }])
})

test('the pager hears that somebody took an incident, and after it that it is over', async () => {
  start()
  await tell(noticeOf('fired', 1), PAGER)
  await tell(noticeOf('taken', 1), PAGER)
  await until(['pager on_call sent', 'pager on_call sent'])
  await tell(noticeOf('resolved', 2), PAGER)
  await until(['pager on_call sent', 'pager on_call sent', 'pager on_call sent'])
  expect(pager.bodies).toMatchObject([
    { event_action: 'trigger' },
    { event_action: 'acknowledge', dedup_key: BAD_HOUR.incident.key },
    { event_action: 'resolve' },
  ])
})

test('two workers send each message once', async () => {
  start()
  start()
  await Promise.all(
    Array.from({ length: 20 }, async (_, at) =>
      tell(
        { ...noticeOf('fired', 1), incident: { ...BAD_HOUR.incident, id: `inc_${at}`, key: `k${at}` } },
        PAGER,
      ),
    ),
  )
  await vi.waitFor(async () => expect(new Set(await rows())).toEqual(new Set(['pager on_call sent'])), 8_000)
  expect(keys().sort()).toEqual(Array.from({ length: 20 }, (_, at) => `k${at}`).sort())
})
