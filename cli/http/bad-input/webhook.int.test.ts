import { afterAll, beforeAll, expect, test } from 'vitest'
import { sign, stripeEvent } from '../../../ingest/testing/signed-delivery.ts'
import { WEBHOOK_SECRETS } from '../../../ingest/testing/worker-deps.ts'
import { expectRefusal } from '../testing/expect-refusal.ts'
import { openDoor, type Door } from '../testing/open-door.ts'

const PATH = '/payments/webhooks/stripe'
// 2026-03-02T09:00:00Z, where the manual clock stands.
const NOW_S = 1_772_442_000
const [SECRET = ''] = WEBHOOK_SECRETS

let door: Door
beforeAll(async () => {
  door = await openDoor()
})
afterAll(async () => door.close())

const event = (id: string, over: Record<string, unknown> = {}) =>
  stripeEvent(id, 'charge.succeeded', { id: 'ch_1', object: 'charge', description: 'caffè €' }, over)
const good = event('evt_1')
const signed = sign(good, SECRET, NOW_S)
const signatureOf = (header: string): string => /v1=([0-9a-f]{64})/.exec(header)?.[1] ?? ''
const deliver = async (body: string | Uint8Array<ArrayBuffer>, signature: string | null) =>
  door.send({ path: PATH, body, token: null, headers: { 'stripe-signature': signature } })

const INVALID = 'signature_invalid'
const ROWS: [name: string, body: string | Uint8Array<ArrayBuffer>, signature: string | null, code: string][] =
  [
    ['no signature', good, null, INVALID],
    ['an empty signature', good, '', INVALID],
    ['a signature without a time', good, `v1=${signatureOf(signed)}`, INVALID],
    ['a time without a signature', good, `t=${NOW_S}`, INVALID],
    ['a time that is none', good, `t=now,v1=${signatureOf(signed)}`, INVALID],
    ['a time with a tail', good, `t=${NOW_S}x,v1=${signatureOf(signed)}`, INVALID],
    ['an empty v1', good, `t=${NOW_S},v1=`, INVALID],
    ['a signature cut short', good, signed.slice(0, -1), INVALID],
    ['a signature of zeros', good, `t=${NOW_S},v1=${'0'.repeat(64)}`, INVALID],
    ['a signature by another secret', good, sign(good, 'whsec_forged00', NOW_S), INVALID],
    ['a signature of another body', good, sign(event('evt_2'), SECRET, NOW_S), INVALID],
    ['a signature of another second', good, signed.replace(`t=${NOW_S}`, `t=${NOW_S + 1}`), INVALID],
    ['the scheme v0 alone', good, signed.replace('v1=', 'v0='), INVALID],
    ['301 s old', good, sign(good, SECRET, NOW_S - 301), INVALID],
    ['301 s in the future', good, sign(good, SECRET, NOW_S + 301), INVALID],
    ['a year old', good, sign(good, SECRET, NOW_S - 31_536_000), INVALID],
    ['a byte changed', good.replace('charge.succeeded', 'charge.succeedeD'), signed, INVALID],
    ['a byte added', `${good} `, signed, INVALID],
    ['other spaces', good.replaceAll(':', ': '), signed, INVALID],
    ['an empty body', '', sign('', SECRET, NOW_S), INVALID],
    ['signed, and no JSON', 'evt', sign('evt', SECRET, NOW_S), INVALID],
    ['signed, and a list', '[]', sign('[]', SECRET, NOW_S), INVALID],
    ['signed, and null', 'null', sign('null', SECRET, NOW_S), INVALID],
    [
      'signed, and of another account',
      ...withSignature(event('evt_3', { account: 'acct_other' })),
      'wrong_account',
    ],
    ['signed, and of live mode', ...withSignature(event('evt_3', { livemode: true })), 'wrong_account'],
  ]

function withSignature(body: string): [string, string] {
  return [body, sign(body, SECRET, NOW_S)]
}

test.each(ROWS)('%s is 400 without detail, and is not stored', async (_name, body, signature, code) => {
  const before = await door.written()
  const answer = await deliver(body, signature)
  expectRefusal(answer, 400, code)
  expect(Object.keys(answer.body.error).sort()).toEqual(['code', 'message', 'request_id'])
  expect(await door.written()).toEqual(before)
})

test('1 MB and a byte is 413, 1 MB is read', async () => {
  const before = await door.written()
  const padded = (size: number) => good + ' '.repeat(size - Buffer.byteLength(good))
  expectRefusal(await deliver(padded(1_048_577), signed), 413, 'payload_too_large')
  expectRefusal(await deliver(padded(1_048_576), signed), 400, INVALID)
  expect(await door.written()).toEqual(before)
})

test('a delivery at either edge of its time is accepted, by either secret, and again is a duplicate', async () => {
  for (const [id, secret, at] of [
    ['evt_old', SECRET, NOW_S - 300],
    ['evt_early', WEBHOOK_SECRETS[1] ?? '', NOW_S + 300],
  ] as const) {
    const body = event(id)
    const first = await deliver(body, sign(body, secret, at))
    expect(first).toMatchObject({ status: 200, body: { id, result: 'accepted' } })
    expect(await deliver(body, sign(body, secret, at))).toMatchObject({
      status: 200,
      body: { result: 'duplicate' },
    })
  }
})

test('a type nobody knows is stored like any other', async () => {
  const body = stripeEvent('evt_unknown', 'tomorrow.invented', { object: 'novelty' })
  expect(await deliver(body, sign(body, SECRET, NOW_S))).toMatchObject({
    status: 200,
    body: { result: 'accepted' },
  })
})

test('a signed event with text that no store keeps is refused or stored, and never an error of ours', async () => {
  for (const [n, text] of ['\\u0000', '\\ud800', '\\udc00\\ud800'].entries()) {
    const body = event(`evt_odd${n}`).replace('caff\u00e8', text)
    const answer = await deliver(body, sign(body, SECRET, NOW_S))
    expect([200, 400], answer.text).toContain(answer.status)
  }
  const id = event('evt_nul').replace('"ch_1"', '"ch_\\u0000"')
  expect([200, 400]).toContain((await deliver(id, sign(id, SECRET, NOW_S))).status)
})
