import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API, payment } from '../testing/a-sale.ts'
import { expectRefusal } from '../testing/expect-refusal.ts'
import { openDoor, type Door } from '../testing/open-door.ts'
import { requestText, sendRaw } from '../testing/raw-socket.ts'

let door: Door
let bearer: string

beforeAll(async () => {
  door = await openDoor()
  bearer = `Authorization: Bearer ${await door.token('cashier')}`
})
afterAll(async () => door.close())

const HOST = 'Host: till.example'
const CLOSE = 'Connection: close'
const JSON_TYPE = 'Content-Type: application/json'
const only = async (text: string) => {
  const answers = await sendRaw(door.port, text)
  expect(answers).toHaveLength(1)
  return answers[0] ?? expect.fail('no answer')
}
const post = (headers: string[], body: string) =>
  requestText(`POST ${API}/sales HTTP/1.1`, [HOST, CLOSE, JSON_TYPE, bearer, ...headers], body)

const REFUSED: [name: string, text: () => string, status: number, code: string][] = [
  [
    '17 KB of one header',
    () => requestText('GET /healthz HTTP/1.1', [HOST, `X-A: ${'x'.repeat(17_000)}`]),
    431,
    'headers_too_large',
  ],
  [
    '17 KB of many headers',
    () =>
      requestText('GET /healthz HTTP/1.1', [
        HOST,
        ...Array.from({ length: 1_900 }, (_, n) => `X-${n}: 12345`),
      ]),
    431,
    'headers_too_large',
  ],
  [
    'a URL of 9 KB',
    () => requestText(`GET ${API}/payments?q=${'x'.repeat(9_000)} HTTP/1.1`),
    414,
    'uri_too_long',
  ],
  [
    'a URL of 40 KB',
    () => requestText(`GET ${API}/payments?q=${'x'.repeat(40_000)} HTTP/1.1`),
    414,
    'uri_too_long',
  ],
  [
    'Transfer-Encoding and Content-Length',
    () => post(['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'),
    400,
    'malformed_request',
  ],
  [
    'Content-Length and Transfer-Encoding',
    () => post(['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    400,
    'malformed_request',
  ],
  [
    'chunked that is not the last coding',
    () => post(['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'),
    400,
    'malformed_request',
  ],
  [
    'a coding with a tail',
    () => post(['Transfer-Encoding: xchunked'], '0\r\n\r\n'),
    400,
    'malformed_request',
  ],
  ['two lengths', () => post(['Content-Length: 2', 'Content-Length: 3'], '{}'), 400, 'malformed_request'],
  [
    'the same length twice',
    () => post(['Content-Length: 2', 'Content-Length: 2'], '{}'),
    400,
    'malformed_request',
  ],
  ['a list of lengths', () => post(['Content-Length: 2, 2'], '{}'), 400, 'malformed_request'],
  ['a length below nothing', () => post(['Content-Length: -1'], ''), 400, 'malformed_request'],
  ['a length with a plus', () => post(['Content-Length: +2'], '{}'), 400, 'malformed_request'],
  [
    'a chunk that is none',
    () => post(['Transfer-Encoding: chunked'], 'zz\r\n{}\r\n0\r\n\r\n'),
    400,
    'malformed_request',
  ],
  [
    'a chunk below nothing',
    () => post(['Transfer-Encoding: chunked'], '-2\r\n{}\r\n0\r\n\r\n'),
    400,
    'malformed_request',
  ],
  ['no Host', () => requestText('GET /healthz HTTP/1.1', [CLOSE]), 400, 'malformed_request'],
  [
    'two Hosts',
    () => requestText('GET /healthz HTTP/1.1', [HOST, 'Host: other.example', CLOSE]),
    400,
    'malformed_request',
  ],
  [
    'a Host with a path',
    () => requestText('GET /healthz HTTP/1.1', ['Host: a/b', CLOSE]),
    400,
    'malformed_request',
  ],
  [
    'a Host with a user',
    () => requestText('GET /healthz HTTP/1.1', ['Host: a@b', CLOSE]),
    400,
    'malformed_request',
  ],
  [
    'a header on two lines',
    () => requestText('GET /healthz HTTP/1.1', [HOST, 'X-A: b', ' c', 'X B: c', CLOSE]),
    400,
    'malformed_request',
  ],
  [
    'a space before the colon',
    () => requestText('GET /healthz HTTP/1.1', ['Host : till.example', CLOSE]),
    400,
    'malformed_request',
  ],
  [
    'NUL in a header',
    () => requestText('GET /healthz HTTP/1.1', [HOST, 'X-A: a\0b', CLOSE]),
    400,
    'malformed_request',
  ],
  ['NUL in the URL', () => requestText('GET /health\0z HTTP/1.1'), 400, 'malformed_request'],
  [
    'raw bytes above ASCII in the URL',
    () => requestText(`GET ${API}/payments?q=\xff HTTP/1.1`),
    400,
    'malformed_request',
  ],
  ['a backslash in the path', () => requestText('GET /payments\\api HTTP/1.1'), 400, 'malformed_request'],
  ['HTTP/2 in plain', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'malformed_request'],
  ['HTTP/3.0', () => requestText('GET /healthz HTTP/3.0'), 400, 'malformed_request'],
  ['no version', () => 'GET /healthz\r\n\r\n', 400, 'malformed_request'],
  ['a method that is none', () => requestText('FETCH /healthz HTTP/1.1'), 400, 'malformed_request'],
  ['a greeting of TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'malformed_request'],
  ['lines without CR', () => 'GET /healthz HTTP/1.1\nHost: a\nX: b\r\r\n\n', 400, 'malformed_request'],
  [
    'an expectation of nobody',
    () => requestText('GET /healthz HTTP/1.1', [HOST, 'Expect: tea', CLOSE]),
    400,
    'malformed_request',
  ],
  ['another site as target', () => requestText('GET http://evil.example/secret HTTP/1.1'), 404, 'not_found'],
  ['TRACE', () => requestText(`TRACE ${API}/sales HTTP/1.1`), 405, 'method_not_allowed'],
  ['PROPFIND', () => requestText(`PROPFIND ${API}/sales HTTP/1.1`), 405, 'method_not_allowed'],
  ...[
    '/../../../../etc/passwd',
    `${API}/../../.env`,
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/%5c..%5c..%5cwindows%5cwin.ini',
    '/%2e%2e%5c.env',
    '/.env',
    '/.git/config',
    '/package.json',
    '/assets/theme.js.map',
    '/assets/theme.js%00.css',
    '/%00',
    '//evil.example/..',
    `${API}/payments/..%2f..%2f..%2fhealthz`,
    `${API}/payments/pay_%00`,
    `${API}/sales/%c0%ae%c0%ae`,
    '/%',
  ].map((path): [string, () => string, number, string] => [
    path,
    () => requestText(`GET ${path} HTTP/1.1`, [HOST, CLOSE, bearer]),
    404,
    'not_found',
  ]),
]

test.each(REFUSED)(
  '%s is refused in our envelope, and the connection ends',
  async (_name, text, status, code) => {
    const before = await door.written()
    expectRefusal(await only(text()), status, code)
    expect(await door.written()).toEqual(before)
  },
)

describe('what is old or odd, and right, is served:', () => {
  const SERVED: [string, string][] = [
    ['HTTP/1.0', requestText('GET /healthz HTTP/1.0', [HOST])],
    ['HTTP/1.0 without a Host, as health checks send it', requestText('GET /healthz HTTP/1.0', [])],
    ['an empty Host, as RFC 9112 allows', requestText('GET /healthz HTTP/1.1', ['Host:', CLOSE])],
    ['a Host with a port', requestText('GET /healthz HTTP/1.1', ['Host: 127.0.0.1:4242', CLOSE])],
    ['a Host in IPv6', requestText('GET /healthz HTTP/1.1', ['Host: [::1]:4242', CLOSE])],
    ['the whole URL as target', requestText('GET http://till.example/healthz HTTP/1.1')],
    ['dots that stay inside', requestText('GET /payments/../healthz HTTP/1.1')],
    ['an empty line before', `\r\n${requestText('GET /healthz HTTP/1.1')}`],
    ['15 KB of headers', requestText('GET /healthz HTTP/1.1', [HOST, CLOSE, `X-A: ${'x'.repeat(15_000)}`])],
  ]
  test.each(SERVED)('%s', async (_name, text) => {
    expect(await only(text)).toMatchObject({ status: 200, body: { status: 'ok' } })
  })
})

describe('on one connection', () => {
  const healthz = requestText('GET /healthz HTTP/1.1', [HOST])
  test('garbage behind a request is refused behind its answer', async () => {
    const [first, second, ...more] = await sendRaw(door.port, `${healthz}garbage\r\n\r\n`)
    expect(first).toMatchObject({ status: 200, body: { status: 'ok' } })
    expectRefusal(second ?? expect.fail('no second answer'), 400, 'malformed_request')
    expect(more).toEqual([])
  })
  test('a payment keeps its own answer when garbage follows it', async () => {
    const body = JSON.stringify(payment())
    const headers = [HOST, JSON_TYPE, bearer, 'Idempotency-Key: piped', `Content-Length: ${body.length}`]
    const answers = await sendRaw(
      door.port,
      `${requestText(`POST ${API}/payments HTTP/1.1`, headers, body)}\0\0`,
    )
    // Nothing listens where Stripe should be.
    expect(answers.map(({ status, body: read }) => [status, read.error.code])).toEqual([
      [503, 'provider_unavailable'],
      [400, 'malformed_request'],
    ])
  })
  test('a body longer than its length is a next request, and no good one', async () => {
    const headers = [HOST, JSON_TYPE, bearer, 'Content-Length: 2']
    const [first, second] = await sendRaw(
      door.port,
      requestText(`POST ${API}/sales HTTP/1.1`, headers, '{}GET /admin HTTP/1.1'.padEnd(60, '\0')),
    )
    expectRefusal(first ?? expect.fail('no answer'), 422, 'validation_failed')
    expectRefusal(second ?? expect.fail('no second answer'), 400, 'malformed_request')
  })
  test('two good requests have two answers in their order', async () => {
    const answers = await sendRaw(door.port, healthz + requestText('GET /nowhere HTTP/1.1'))
    expect(answers.map(({ status }) => status)).toEqual([200, 404])
  })
})
