import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Received } from './testing/start.ts'
import { dropFolder, newFolder, startReceiver } from './testing/start.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

let dir: string
let child: ChildProcess | null = null
let base = ''

beforeEach(() => {
  dir = newFolder()
})

afterEach(async () => {
  if (child) await end('SIGKILL')
  dropFolder(dir)
})

/** Answers the port for mail; 0 asks for any. */
const start = async (smtpPort = 0): Promise<number> => {
  const begin = ['--clock-start', '2016-10-31T09:00:00Z', '--smtp-port', String(smtpPort)]
  const args = ['--import', 'tsx', MAIN, '--data', dir, ...begin]
  child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const [message] = (await once(child, 'message')) as [{ port: number; smtpPort: number }]
  base = `http://127.0.0.1:${message.port}`
  return message.smtpPort
}

const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
  const ended = child
  child = null
  if (!ended) return
  const exited = once(ended, 'exit')
  ended.kill(signal)
  await exited
}

const control = async (path: string, body?: object) => {
  const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
  return (await (await fetch(`${base}/_sandbox${path}`, init)).json()) as Record<string, unknown>
}

const post = async (path: string, form: string, key: string): Promise<Record<string, unknown> | null> => {
  const headers = { authorization: 'Bearer sk_test_x', 'idempotency-key': key }
  const init = { method: 'POST', body: new URLSearchParams(form), headers }
  const response = await fetch(`${base}/v1/${path}`, init).catch(() => null)
  return response && ((await response.json()) as Record<string, unknown>)
}

const SALE =
  'amount=1000&currency=gbp&payment_method=pm_card_visa&confirm=true&return_url=http://x.y&capture_method=automatic'

const idsOf = (received: readonly Received[]): Set<string> =>
  new Set(received.map(({ raw }) => (JSON.parse(raw) as { id: string }).id))

test('loses no answered call and no delivery over kill -9, and charges no key twice', async () => {
  const receiver = await startReceiver()
  await start()
  await control('/clock', { speed: 0 })
  await post('webhook_endpoints', `url=${receiver.url}&enabled_events[]=payment_intent.succeeded`, 'hook')
  const answered = new Map<string, unknown>()
  for (let crash = 0; crash < 3; crash += 1) {
    const calls = Array.from({ length: 40 }, async (_none, at) => {
      const key = `k${crash}-${at}`
      const reply = await post('payment_intents', SALE, key)
      if (reply) answered.set(key, reply.id)
      // In the middle of the others.
      if (at === 20) await end('SIGKILL')
    })
    await Promise.all(calls)
    await start()
    for (let at = 0; at < 40; at += 1) {
      const key = `k${crash}-${at}`
      const reply = await post('payment_intents', SALE, key)
      expect(reply?.status).toBe('succeeded')
      if (answered.has(key)) expect(reply?.id).toBe(answered.get(key))
    }
  }
  expect(await control('/charges')).toMatchObject({ count: 120, totals: [{ amount: 120_000 }] })
  await vi.waitFor(() => expect(idsOf(receiver.received).size).toBe(120), 20_000)
  await end('SIGTERM')
  await receiver.stop()
})

test('keeps what the control plane was told, though it is killed right after', async () => {
  await start()
  await control('/clock', { now: '2016-11-05T00:00:00Z', speed: 0 })
  await end('SIGKILL')
  await start()
  expect((await control('/clock')).now).toBe('2016-11-05T00:00:00.000Z')
})

test('answers what was under way at an orderly end, and what it answered is there afterwards', async () => {
  await start()
  const replies = Array.from({ length: 60 }, (_none, at) => post('payment_intents', SALE, `k${at}`))
  await replies[0]
  await end('SIGTERM')
  const done = (await Promise.all(replies)).filter((reply) => reply?.status === 'succeeded')
  expect(done.length).toBeGreaterThan(0)
  await start()
  const { data } = (await control('/charges?data=1')) as { data: { payment_intent: string }[] }
  const charged = new Set(data.map((charge) => charge.payment_intent))
  for (const reply of done) expect(charged.has(reply?.id as string)).toBe(true)
})

test('shows no earlier instant after kill -9, at any speed', async () => {
  await start()
  await control('/clock', { speed: 3_600 })
  const begin = Date.parse('2016-10-31T09:10:00Z')
  let before = 0
  await vi.waitFor(async () => {
    before = (await control('/clock')).now_ms as number
    expect(before).toBeGreaterThan(begin)
  }, 10_000)
  await end('SIGKILL')
  await start()
  const { now_ms: after, speed } = await control('/clock')
  expect(after).toBeGreaterThanOrEqual(before)
  expect(speed).toBe(3_600)
})

test('takes mail on a port that it names, and on the same one when it is started again', async () => {
  const first = await start()
  await end('SIGKILL')
  const second = await start(first)
  expect([second, first > 0]).toEqual([first, true])
  const transport = createTransport({ host: '127.0.0.1', port: second })
  await transport.sendMail({
    from: 'a@shop.example',
    to: 'b@shop.example',
    subject: 'still here',
    text: 'yes',
  })
  transport.close()
  expect(await control('/mail')).toMatchObject({ data: [{ subject: 'still here' }] })
})
