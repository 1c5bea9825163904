import { afterAll, beforeAll, expect, test } from 'vitest'
import { revokeToken } from '#core/access/tokens.ts'
import { DEMO_PASSWORD } from '../../access/demo-people.ts'
import { openSession } from '../../access/open-session.ts'
import { addPerson } from '../../access/people.ts'
import { newTotpSecret } from '../../access/totp.ts'
import { openDoor, type Door } from '../http/testing/open-door.ts'

/** Waits take a moment of the machine's time: the stream looks, and checks its caller, again and again. */
const machine = {
  nowMs: () => performance.now(),
  sleep: (_ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted === true) return resolve()
      setTimeout(resolve, 5)
    }),
}

let door: Door

beforeAll(async () => {
  door = await openDoor({ machine })
})
afterAll(async () => door.close())

/** Reads frames of a stream until `enough` says so. */
const readUntil = async (
  who: string | { readonly cookie: string },
  enough: (text: string) => boolean,
  headers: Record<string, string> = {},
  during: () => Promise<unknown> = async () => undefined,
  query = '',
): Promise<string> => {
  const stop = new AbortController()
  const response = await fetch(`${door.url}/payments/api/stream${query}`, {
    headers: { ...(typeof who === 'string' ? { authorization: `Bearer ${who}` } : who), ...headers },
    signal: stop.signal,
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  let begun = false
  for (;;) {
    const { done, value } = await reader.read()
    if (value) text += decoder.decode(value, { stream: true })
    if (!begun) {
      begun = true
      await during()
    }
    if (done || enough(text)) break
  }
  stop.abort()
  return text
}

const sell = async (till: string): Promise<string> => {
  const { body } = await door.send({
    method: 'POST',
    path: '/payments/api/sales',
    body: { till_id: till, currency: 'gbp', lines: [{ name: 'Bun', quantity: 1, unit_amount: 120 }] },
  })
  return body.id as string
}

const idsOf = (text: string): string[] => [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id ?? '')

test('a sale is told to an open page, and after a break nothing is told twice or missed', async () => {
  const token = await door.token('manager')
  let first = ''
  const text = await readUntil(
    token,
    (all) => all.includes(first) && first !== '',
    {},
    async () => {
      first = await sell('till-1')
    },
  )
  expect(text).toContain('event: payments')
  const lastId = idsOf(text).at(-1) ?? ''
  // Somebody else goes on listening, so that the hub does not rest while this page is away.
  const stop = new AbortController()
  const other = await fetch(`${door.url}/payments/api/stream`, {
    headers: { authorization: `Bearer ${token}` },
    signal: stop.signal,
  })
  expect(other.ok).toBe(true)
  const again = await readUntil(
    token,
    (all) => all.includes('"sale'),
    { 'last-event-id': lastId },
    () => sell('till-2'),
  )
  expect(again).not.toContain(first)
  stop.abort()
})

test('what happened during a break is told behind it: each once, in its order, and nothing of before', async () => {
  const token = await door.token('manager')
  const sold: string[] = []
  const sellOne = async (): Promise<void> => void sold.push(await sell('till-1'))
  const has = (at: number) => (all: string) => all.includes(sold[at] ?? 'not sold yet')
  let again = ''
  // Somebody listens all the time, so that the hub does not rest.
  await readUntil(
    token,
    () => again !== '',
    {},
    async () => {
      const before = await readUntil(token, has(0), {}, sellOne)
      const lastId = idsOf(before).at(-1) ?? ''
      await readUntil(token, has(2), {}, async () => {
        await sellOne()
        await sellOne()
      })
      again = await readUntil(token, has(3), { 'last-event-id': lastId }, sellOne)
    },
  )
  expect(again).not.toContain('event: missed')
  expect([...again.matchAll(/"id":"(sale_\w+)"/g)].map(([, id]) => id)).toEqual(sold.slice(1))
})

test('an id that nobody knows any more is answered with the word that something was missed', async () => {
  const text = await readUntil(await door.token('manager'), (all) => all.includes('missed'), {
    'last-event-id': 'prc_long_ago.7',
  })
  expect(text).toContain('event: missed')
})

test('a till hears of its own sales alone', async () => {
  const token = await door.token('cashier', 'till-1')
  let [own, other] = ['', '']
  const text = await readUntil(
    token,
    (all) => own !== '' && all.includes(own),
    {},
    async () => {
      other = await sell('till-2')
      own = await sell('till-1')
    },
  )
  expect(text).not.toContain(other)
})

test("a person hears of the tills of their stores, and of nothing that is the whole shop's", async () => {
  const { deps } = door
  const factor = { password: DEMO_PASSWORD, totpSecret: newTotpSecret(deps.env) }
  const wanted = {
    name: 'Stella',
    email: 'stella@company.com',
    role: 'manager',
    stores: ['station'],
    pin: null,
  } as const
  const personId = await addPerson({ ...deps, shop: door.shop }, { ...wanted, ...factor }, 'test')
  const session = { personId, state: 'active', tillId: null, steppedUpAt: null } as const
  const secret = await openSession(deps, session, { ip: '127.0.0.1', userAgent: '' })
  const who = { cookie: `__Host-tillwatch=${secret}` }
  let [own, other] = ['', '']
  const text = await readUntil(
    who,
    (all) => own !== '' && all.includes(own),
    {},
    async () => {
      other = await sell('till-1')
      own = await sell('till-2')
    },
  )
  expect(text).not.toContain(other)
  const refused = await door.send({
    path: '/payments/api/stream?topics=alerts,exceptions,webhooks',
    token: null,
    headers: who,
  })
  expect([refused.status, refused.body.error.code]).toEqual([403, 'forbidden'])
})

test('of several topics only those that were asked for are told', async () => {
  let sold = ''
  const text = await readUntil(
    await door.token('manager'),
    (all) => all.includes('evt_asked_for'),
    {},
    async () => {
      sold = await sell('till-1')
      await door.deps.db.run(
        `INSERT INTO webhook_events (id, type, object_type, object_id, source, payload, stripe_created, received_at, status, next_attempt_at)
         VALUES ('evt_asked_for', 'charge.succeeded', 'charge', 'ch_1', 'webhook', '{}', $1, $1, 'received', $1)`,
        [door.deps.env.clock.now()],
      )
    },
    '?topics=webhooks',
  )
  expect(sold).not.toBe('')
  expect(text).not.toContain('event: payments')
})

test('a revoked token is told that it is over, and then nothing', async () => {
  const token = await door.token('finance')
  const id = `tok_${token.split('_')[1] ?? ''}`
  const text = await readUntil(
    token,
    () => false,
    {},
    () => revokeToken(door.deps.env, door.deps.db, id),
  )
  expect(text.trimEnd().endsWith('event: signed_out\ndata: {}')).toBe(true)
})

test('an admin hears of no payments, and of nothing when that is all that was asked for', async () => {
  const { status, body } = await door.send({
    path: '/payments/api/stream?topics=payments',
    token: await door.token('admin'),
  })
  expect([status, body.error.code]).toEqual([403, 'forbidden'])
})

test('a topic that there is not is refused', async () => {
  const { status, body } = await door.send({ path: '/payments/api/stream?topics=gossip' })
  expect([status, body.error.code]).toEqual([422, 'query_invalid'])
})

test('a process that stops ends every stream: the server waits for none', async () => {
  const own = await openDoor({ machine })
  const response = await fetch(`${own.url}/payments/api/stream`, {
    headers: { authorization: `Bearer ${await own.token('manager')}` },
  })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  await own.stop()
  for (;;) if ((await reader.read()).done) break
  await own.close()
})
