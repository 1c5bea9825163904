import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createLogger } from '#core/log.ts'
import { openDatabase, type Database } from '#core/postgres/db.ts'
import { manualEnv } from '#core/testing/manual-env.ts'
import { createTempDatabase, type TempDatabase } from '#core/testing/temp-postgres.ts'
import { openPager } from '../channels/pager.ts'
import { BAD_HOUR } from '../messages/testing/notices.ts'
import type { Change, Notice } from '../messages/notice.ts'
import { startReceiver, type Receiver } from '../testing/receiver.ts'
import { addDeliveries } from './add-deliveries.ts'
import { sendDue, type Sender } from './send-due.ts'

let temp: TempDatabase
let db: Database
let receiver: Receiver
let env: ReturnType<typeof manualEnv>
let sender: Sender
let fallen: string[]
let seed = 0

const KEY = 'r'.repeat(32)
const NEVER = new AbortController().signal

beforeAll(async () => {
  temp = await createTempDatabase()
  db = openDatabase(temp.appUrl, 6)
})
afterAll(async () => {
  await db.close()
  await temp.drop()
})
beforeEach(async () => {
  receiver = await startReceiver()
  seed += 1
  env = manualEnv({ fetch: globalThis.fetch, seed })
  fallen = []
  sender = {
    env,
    db,
    log: createLogger('silent'),
    channels: new Map([['pager', openPager(env.fetch, receiver.url, KEY)]]),
    whenFailed: async (_db, delivery, reason) => {
      fallen.push(`${delivery.change}: ${reason}`)
      return Promise.resolve()
    },
    whenEnded: () => undefined,
  }
})
afterEach(async () => {
  await receiver.close()
  await db.run(
    "UPDATE alert_deliveries SET status = 'dropped', ended_at = created_at WHERE status = 'pending'",
  )
})

let incidents = 0
const incident = () => {
  incidents += 1
  const id = `inc_${incidents}`
  return (change: Change, number: number): Notice => ({
    ...BAD_HOUR,
    change,
    number,
    incident: { ...BAD_HOUR.incident, id, key: `key_${incidents}` },
  })
}

const tell = async (notice: Notice) =>
  db.withTransaction(async (own) =>
    addDeliveries(env, own, notice, [{ channel: 'pager', contact: 'oncall' }]),
  )

const actions = () => receiver.bodies.map((body) => (body as { event_action: string }).event_action)

const statuses = async (notice: Notice) =>
  (
    await db.rows<{ status: string }>(
      'SELECT status FROM alert_deliveries WHERE incident_id = $1 ORDER BY seq',
      [notice.incident.id],
    )
  ).map(({ status }) => status)

test('what is committed is sent, once', async () => {
  const notice = incident()('fired', 1)
  await tell(notice)
  expect(await sendDue(sender, NEVER)).toBe(1)
  expect(await sendDue(sender, NEVER)).toBe(0)
  expect(receiver.bodies).toMatchObject([{ event_action: 'trigger', payload: { severity: 'critical' } }])
  expect(await statuses(notice)).toEqual(['sent'])
})

test('what is rolled back is never sent', async () => {
  const notice = incident()('fired', 1)
  await db
    .withTransaction(async (own) => {
      await addDeliveries(env, own, notice, [{ channel: 'pager', contact: 'oncall' }])
      throw new Error('no')
    })
    .catch(() => undefined)
  expect(await sendDue(sender, NEVER)).toBe(0)
})

test('a pager in trouble is asked again, at first after a second and with the same key', async () => {
  receiver.moods = [503, 'cut', 202]
  const notice = incident()('fired', 1)
  await tell(notice)
  await sendDue(sender, NEVER)
  expect(await sendDue(sender, NEVER)).toBe(0)
  env.pass(1_300)
  await sendDue(sender, NEVER)
  env.pass(2_600)
  await sendDue(sender, NEVER)
  const keys = receiver.bodies.map((body) => (body as { dedup_key: string }).dedup_key)
  expect(new Set(keys).size).toBe(1)
  expect(keys).toHaveLength(3)
  expect(await statuses(notice)).toEqual(['sent'])
})

test('a pager that asks for two minutes gets them', async () => {
  receiver.moods = [{ status: 429, headers: { 'retry-after': '120' } }]
  await tell(incident()('fired', 1))
  await sendDue(sender, NEVER)
  env.pass(119_000)
  expect(await sendDue(sender, NEVER)).toBe(0)
  env.pass(1_000)
  expect(await sendDue(sender, NEVER)).toBe(1)
})

test('a message that is refused is not sent again, and somebody else is told', async () => {
  receiver.moods = [400]
  const notice = incident()('fired', 1)
  await tell(notice)
  await sendDue(sender, NEVER)
  env.pass(3_600_000)
  expect(await sendDue(sender, NEVER)).toBe(0)
  expect(fallen).toEqual(['fired: 400: no'])
  expect(await statuses(notice)).toEqual(['failed'])
})

test('a late trigger is dropped once its resolve is there, and the resolve still goes: the trigger may have been taken', async () => {
  receiver.moods = ['cut']
  const of = incident()
  await tell(of('fired', 1))
  await sendDue(sender, NEVER)
  await tell(of('resolved', 2))
  await sendDue(sender, NEVER)
  await sendDue(sender, NEVER)
  expect(actions()).toEqual(['trigger', 'resolve'])
  expect(await statuses(of('fired', 1))).toEqual(['dropped', 'sent'])
})

test('an alert that was over before anybody could be told is told to nobody', async () => {
  const of = incident()
  await tell(of('fired', 1))
  await tell(of('resolved', 2))
  await sendDue(sender, NEVER)
  await sendDue(sender, NEVER)
  expect(actions()).toEqual([])
  expect(await statuses(of('fired', 1))).toEqual(['dropped', 'dropped'])
})

test('messages of one incident keep their order while one waits; other incidents go on', async () => {
  receiver.moods = [503]
  const [one, other] = [incident(), incident()]
  await tell(one('fired', 1))
  await sendDue(sender, NEVER)
  await tell(one('escalated', 2))
  await tell(other('fired', 1))
  expect(await sendDue(sender, NEVER)).toBe(1)
  env.pass(1_300)
  await sendDue(sender, NEVER)
  await sendDue(sender, NEVER)
  expect(await statuses(one('fired', 1))).toEqual(['sent', 'sent'])
  expect(actions()).toEqual(['trigger', 'trigger', 'trigger', 'trigger'])
})

test('two senders at once send each message once', async () => {
  for (let n = 0; n < 30; n += 1) await tell(incident()('fired', 1))
  const counts = await Promise.all([sendDue(sender, NEVER), sendDue(sender, NEVER), sendDue(sender, NEVER)])
  let total = counts.reduce((sum, count) => sum + count, 0)
  for (let more = await sendDue(sender, NEVER); more > 0; more = await sendDue(sender, NEVER)) total += more
  expect(total).toBe(30)
  expect(receiver.bodies).toHaveLength(30)
})

test('a sender that died leaves its message to the next one', async () => {
  const notice = incident()('fired', 1)
  await tell(notice)
  await db.run('UPDATE alert_deliveries SET leased_until = $2, attempts = 1 WHERE incident_id = $1', [
    notice.incident.id,
    new Date(env.clock.now().getTime() + 30_000),
  ])
  expect(await sendDue(sender, NEVER)).toBe(0)
  env.pass(30_000)
  expect(await sendDue(sender, NEVER)).toBe(1)
  expect(await statuses(notice)).toEqual(['sent'])
})

test('the routing key stands in no row', async () => {
  await tell(incident()('fired', 1))
  await sendDue(sender, NEVER)
  const row = await db.first<{ text: string }>(
    'SELECT string_agg(d::text, $1) AS text FROM alert_deliveries d',
    ['\n'],
  )
  expect(row?.text).not.toContain(KEY)
})
