import { afterAll, beforeAll, expect, test } from 'vitest'
import { API, line, payment, sale } from '../testing/a-sale.ts'
import { expectRow, readDocumented, type Row } from '../testing/expect-refusal.ts'
import { openDoor, readAnswer, type Call, type Door } from '../testing/open-door.ts'
import { expectRefusal } from '../testing/expect-refusal.ts'

let door: Door
let documented: Awaited<ReturnType<typeof readDocumented>>
let cashier: string

beforeAll(async () => {
  door = await openDoor()
  documented = await readDocumented(door)
  cashier = await door.token('cashier')
})
afterAll(async () => door.close())

const row = (name: string, body: Call['body'], want: Row['want'], rest: Partial<Row> = {}): Row => ({
  name,
  method: 'POST',
  path: `${API}/sales`,
  ...(body === undefined ? {} : { body }),
  want,
  ...rest,
})
const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part)))),
  )
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']))
const arrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
const objects = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
const typed = (type: string | null) => ({ headers: { 'content-type': type } })

const JSON_ROWS: Row[] = [
  row('truncated JSON', '{"till_id":', [400, 'malformed_json']),
  row('an empty body', '', [400, 'malformed_json']),
  row('no body', undefined, [400, 'malformed_json']),
  row('spaces alone', '  \n', [400, 'malformed_json']),
  row('two documents', '{}{}', [400, 'malformed_json']),
  row('a comma at the end', '{"a":1,}', [400, 'malformed_json']),
  row('a comment', '{/* a */}', [400, 'malformed_json']),
  row('NaN', '{"amount":NaN}', [400, 'malformed_json']),
  row('single quotes', "{'a':1}", [400, 'malformed_json']),
  row('a raw line break in a string', '{"a":"b\nc"}', [400, 'malformed_json']),
  row('bytes that are no UTF-8', bytes('{"a":"', [0xff], '"}'), [400, 'invalid_utf8']),
  row('a lone surrogate in raw bytes', bytes('{"a":"', [0xed, 0xa0, 0x80], '"}'), [400, 'invalid_utf8']),
  row('an overlong slash', bytes('{"a":"', [0xc0, 0xaf], '"}'), [400, 'invalid_utf8']),
  row('a character cut in two', bytes('{"a":"é'.slice(0, -1), [0xc3]), [400, 'invalid_utf8']),
  row('a byte order mark', '\ufeff{}', [400, 'invalid_utf8']),
  row('UTF-16 under the name of JSON', Uint8Array.from(Buffer.from('\ufeff{}', 'utf16le')), [
    400,
    'invalid_utf8',
  ]),
  row('a key twice', '{"till_id":"till-1","till_id":"till-2"}', [400, 'duplicate_json_key']),
  row('a key twice, once escaped', '{"a":1,"\\u0061":2}', [400, 'duplicate_json_key']),
  row('a key twice, deep down', '{"lines":[{"tax":[{"a":1,"b":{},"a":1}]}]}', [400, 'duplicate_json_key']),
  row('a key twice with the same value', '{"amount":1,"amount":1}', [400, 'duplicate_json_key']),
  row('__proto__', '{"metadata":{"__proto__":"x"}}', [422, 'forbidden_key'], { path: `${API}/payments` }),
  row('__proto__, escaped', '{"\\u005f_proto__":{"role":"admin"}}', [422, 'forbidden_key']),
  row('constructor', payment({ metadata: { constructor: 'x' } }), [422, 'forbidden_key'], {
    path: `${API}/payments`,
  }),
  row('prototype', '{"a":{"prototype":1}}', [422, 'forbidden_key']),
  row('21 arrays deep', arrays(21), [422, 'too_complex']),
  row('21 objects deep', objects(21), [422, 'too_complex']),
  row('30,000 arrays deep', arrays(30_000), [422, 'too_complex']),
  row('10,000 objects deep', objects(10_000), [422, 'too_complex']),
  row('201 keys', payment({ metadata: keys(201) }), [422, 'too_complex'], { path: `${API}/payments` }),
  row('20 levels, but no sale', arrays(20), [422, 'validation_failed']),
  row('an array', '[]', [422, 'validation_failed']),
  row('null', 'null', [422, 'validation_failed']),
  row('a string', '"sale"', [422, 'validation_failed']),
  row('a number', '1', [422, 'validation_failed']),
  row('64 KB and a byte', ' '.repeat(65_537), [413, 'payload_too_large']),
  row('10 MB', ' '.repeat(10_485_760), [413, 'payload_too_large']),
  row('64 KB of spaces', ' '.repeat(65_536), [400, 'malformed_json']),
  row('a body where none belongs', { id: 'x' }, [422, 'validation_failed'], {
    path: `${API}/tokens/tok_00000000000000000000000000/revoke`,
    token: () => admin,
  }),
  row('64 KB and a byte where none belongs', ' '.repeat(65_537), [413, 'payload_too_large'], {
    path: `${API}/tokens/tok_00000000000000000000000000/revoke`,
    token: () => admin,
  }),
]
let admin = ''
beforeAll(async () => {
  admin = await door.token('admin')
})

const TYPE_ROWS: Row[] = [
  row('no content type', sale(), [415, 'unsupported_media_type'], typed(null)),
  row('UTF-16', sale(), [415, 'unsupported_media_type'], typed('application/json; charset=utf-16')),
  row('Latin 1', sale(), [415, 'unsupported_media_type'], typed('application/json; charset=iso-8859-1')),
  row('a form', 'a=b', [415, 'unsupported_media_type'], typed('application/x-www-form-urlencoded')),
  row('a form of parts', sale(), [415, 'unsupported_media_type'], typed('multipart/form-data; boundary=x')),
  row(
    'plain text, as pages of others may send it',
    sale(),
    [415, 'unsupported_media_type'],
    typed('text/plain'),
  ),
  row('text/json', sale(), [415, 'unsupported_media_type'], typed('text/json')),
  row('JSON of another kind', sale(), [415, 'unsupported_media_type'], typed('application/ld+json')),
  row('two types in one', sale(), [415, 'unsupported_media_type'], typed('application/json, text/plain')),
  row('what is no type', sale(), [415, 'unsupported_media_type'], typed('json')),
  row('gzip', bytes([0x1f, 0x8b, 8, 0]), [415, 'unsupported_media_type'], {
    headers: { 'content-encoding': 'gzip' },
  }),
  row('a form where no body is needed', 'a=b', [415, 'unsupported_media_type'], {
    ...typed('application/x-www-form-urlencoded'),
    path: `${API}/sales/sale_00000000000000000000000000/cancel`,
  }),
]

test.each([...JSON_ROWS, ...TYPE_ROWS])('$name is $want and writes nothing', async (one) => {
  await expectRow(door, documented, one)
})

test.each(['application/json', 'application/json;charset=UTF-8', 'Application/JSON; charset="utf-8"'])(
  '%s is read',
  async (type) => {
    const answer = await door.send({ path: `${API}/sales`, body: sale(), headers: { 'content-type': type } })
    expect(answer.status).toBe(201)
  },
)

test('what stands at the limits is read: 20 levels cannot be a sale, 40 lines can', async () => {
  const lines = Array.from({ length: 40 }, () => ({ name: 'é😀'.repeat(50), quantity: 1, unit_amount: 1 }))
  const answer = await door.send({ path: `${API}/sales`, body: sale({ lines }) })
  expect(answer.status).toBe(201)
  expect((await door.send({ path: `${API}/sales`, body: line({ name: '\u{10ffff}' }) })).status).toBe(201)
})

/** A body that goes on for ever, in chunks without a length; `sent` counts what was taken. */
const endless = () => {
  const state = { sent: 0 }
  const chunk = new Uint8Array(8_192).fill(0x20)
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => {
      state.sent += chunk.length
      controller.enqueue(chunk)
    },
  })
  return { state, stream }
}

test.each([
  ['the API at 64 KB', `${API}/sales`, 65_536],
  ['the door of deliveries at 1 MB', '/payments/webhooks/stripe', 1_048_576],
])('a body in chunks without a length stops %s', async (_name, path, limit) => {
  const { state, stream } = endless()
  const response = await fetch(door.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${cashier}`, 'content-type': 'application/json' },
    body: stream,
    duplex: 'half',
  } as RequestInit)
  expectRefusal(await readAnswer(response), 413, 'payload_too_large')
  // What is under way in buffers of both sides comes on top.
  expect(state.sent).toBeLessThan(limit + 4_194_304)
})
