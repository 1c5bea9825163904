import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API, payment } from '../testing/a-sale.ts'
import { expectRefusal } from '../testing/expect-refusal.ts'
import { openDoor, type Door } from '../testing/open-door.ts'
import { requestText, sendRaw } from '../testing/raw-socket.ts'

const HOST = 'Host: till.example'
const JSON_TYPE = 'Content-Type: application/json'

let hasty: Door
let hastyBearer: string

beforeAll(async () => {
  hasty = await openDoor({ limits: { headersMs: 400, requestMs: 800, lookEveryMs: 25 } })
  hastyBearer = `Authorization: Bearer ${await hasty.token('cashier')}`
})
afterAll(async () => hasty.close())

describe('a slow client is cut off with 408:', () => {
  const SLOW: [string, () => string][] = [
    ['one that says nothing', () => ''],
    ['one that stops in its first line', () => 'GET /heal'],
    ['one that stops in its headers', () => `GET /healthz HTTP/1.1\r\n${HOST}\r\nX-A: `],
    [
      'one that stops in its body',
      () =>
        requestText(
          `POST ${API}/sales HTTP/1.1`,
          [HOST, JSON_TYPE, hastyBearer, 'Content-Length: 50'],
          '{"till_id"',
        ),
    ],
    [
      'one that stops in a chunk',
      () =>
        requestText(
          `POST ${API}/sales HTTP/1.1`,
          [HOST, JSON_TYPE, hastyBearer, 'Transfer-Encoding: chunked'],
          '5\r\n{"ti',
        ),
    ],
    [
      'one that stops in a delivery',
      () => requestText('POST /payments/webhooks/stripe HTTP/1.1', [HOST, 'Content-Length: 50'], '{'),
    ],
  ]
  test.each(SLOW)('%s', async (_name, text) => {
    const before = await hasty.written()
    const answers = await sendRaw(hasty.port, text())
    expect(answers).toHaveLength(1)
    expectRefusal(answers[0] ?? expect.fail('no answer'), 408, 'request_timeout')
    expect(await hasty.written()).toEqual(before)
  })
  test('and others are served meanwhile', async () => {
    const waiting = sendRaw(hasty.port, 'GET /heal')
    expect((await hasty.send({ path: '/healthz' })).status).toBe(200)
    await waiting
  })
})

test('a client that hangs up in its body leaves nothing behind', async () => {
  const before = await hasty.written()
  const body = JSON.stringify(payment())
  const headers = [HOST, JSON_TYPE, hastyBearer, 'Idempotency-Key: gone', `Content-Length: ${body.length}`]
  const socket = connect(hasty.port, '127.0.0.1')
  socket.write(requestText(`POST ${API}/payments HTTP/1.1`, headers, body.slice(0, -1)))
  socket.end()
  socket.resume()
  await new Promise((resolve) => {
    socket.once('close', resolve)
  })
  expect(await hasty.written()).toEqual(before)
})
