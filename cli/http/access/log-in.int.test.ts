import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ManualEnv } from '#core/testing/manual-env.ts'
import { DEMO_PASSWORD } from '../../../access/demo-people.ts'
import { addPerson, removePerson, resetMfa } from '../../../access/people.ts'
import { codeAt, newTotpSecret } from '../../../access/totp.ts'
import { openDoor, type Answer, type Door } from '../testing/open-door.ts'

const API = '/payments/api'
let door: Door
let env: ManualEnv
let secret: string
let people = 0

beforeAll(async () => {
  door = await openDoor()
  env = door.deps.env as ManualEnv
})
afterAll(async () => door.close())

interface Known {
  readonly id: string
  readonly email: string
}

const meet = async (
  role: 'manager' | 'admin' | 'cashier' | 'finance',
  stores: string[] | null = null,
): Promise<Known> => {
  people += 1
  const email = `${role}${people}@company.com`
  const wanted = { name: `${role} ${people}`, email, role, stores, pin: role === 'cashier' ? '2468' : null }
  const deps = {
    ...door.deps,
    shop: { ...door.deps.shop, stores: [{ id: 'high-street' }, { id: 'station' }] },
  }
  const id = await addPerson(
    deps as unknown as Parameters<typeof addPerson>[0],
    { ...wanted, password: DEMO_PASSWORD, totpSecret: secret },
    'test',
  )
  return { id, email }
}

beforeEach(() => {
  secret = newTotpSecret(env)
  // Codes count once: each test has a time step of its own, and the tries of the one before are forgotten.
  env.pass(20 * 60_000)
})

const send = async (
  path: string,
  body: object | undefined,
  cookie?: string,
  more: Record<string, string> = {},
) =>
  door.send({
    method: body === undefined ? 'GET' : 'POST',
    path: API + path,
    token: null,
    ...(body === undefined ? {} : { body }),
    headers: { 'sec-fetch-site': 'same-origin', ...(cookie === undefined ? {} : { cookie }), ...more },
  })

const cookieOf = (answer: Answer): string => answer.headers.get('set-cookie')?.split(';')[0] ?? ''
const codeOf = ({ status, body }: Answer): string => `${status} ${body?.error?.code ?? body?.state ?? ''}`
const code = (): string => codeAt(secret, env.clock.now())

const logIn = async ({ email }: Known): Promise<string> => {
  const begun = await send('/session', { email, password: DEMO_PASSWORD })
  const done = await send('/session/mfa', { code: code() }, cookieOf(begun))
  expect(codeOf(done)).toBe('200 active')
  return cookieOf(done)
}

test('nobody is in before the second factor, and then everything that the role may', async () => {
  const known = await meet('manager')
  const begun = await send('/session', { email: known.email, password: DEMO_PASSWORD })
  expect(codeOf(begun)).toBe('200 mfa_required')
  expect(begun.body.person).toBeNull()
  expect(codeOf(await send('/payments', undefined, cookieOf(begun)))).toBe('401 unauthenticated')
  const done = await send('/session/mfa', { code: code() }, cookieOf(begun))
  expect(done.body).toMatchObject({ state: 'active', person: { id: known.id, role: 'manager', till: null } })
  expect((await send('/payments', undefined, cookieOf(done))).status).toBe(200)
  expect(codeOf(await send('/people', undefined, cookieOf(done)))).toBe('403 forbidden')
})

test('the cookie is for us alone: no script reads it, no other site sends it, nothing but this host gets it', async () => {
  const begun = await send('/session', { email: (await meet('manager')).email, password: DEMO_PASSWORD })
  expect(begun.headers.get('set-cookie')).toMatch(
    /^__Host-tillwatch=[0-9a-f]{64}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
  )
})

test('the secret of the half-done log-in is worth nothing after it, nor the one before a step-up', async () => {
  const known = await meet('manager')
  const begun = await send('/session', { email: known.email, password: DEMO_PASSWORD })
  const done = await send('/session/mfa', { code: code() }, cookieOf(begun))
  expect((await send('/session', undefined, cookieOf(begun))).body.state).toBe('anonymous')
  env.pass(30_000)
  const stepped = await send('/session/step-up', { code: code() }, cookieOf(done))
  expect(cookieOf(stepped)).not.toBe(cookieOf(done))
  expect(codeOf(await send('/payments', undefined, cookieOf(done)))).toBe('401 unauthenticated')
  expect((await send('/payments', undefined, cookieOf(stepped))).status).toBe(200)
})

test('a code counts once', async () => {
  const known = await meet('manager')
  await logIn(known)
  const again = await send('/session', { email: known.email, password: DEMO_PASSWORD })
  expect(codeOf(await send('/session/mfa', { code: code() }, cookieOf(again)))).toBe(
    '401 credentials_invalid',
  )
})

test('a wrong password and an unknown address are the same answer', async () => {
  const known = await meet('manager')
  const wrong = await send('/session', { email: known.email, password: 'not it at all' })
  const unknown = await send('/session', { email: 'nobody@company.com', password: 'not it at all' })
  expect(codeOf(wrong)).toBe('401 credentials_invalid')
  expect({ ...unknown.body.error, request_id: '' }).toEqual({ ...wrong.body.error, request_id: '' })
})

test('five wrong tries close the door for a quarter of an hour, even to the right password', async () => {
  const known = await meet('manager')
  for (let n = 0; n < 5; n += 1) await send('/session', { email: known.email, password: 'wrong' })
  const right = { email: known.email, password: DEMO_PASSWORD }
  expect(codeOf(await send('/session', right))).toBe('429 rate_limited')
  env.pass(15 * 60_000 - 1_000)
  expect(codeOf(await send('/session', right))).toBe('429 rate_limited')
  env.pass(1_001)
  expect(codeOf(await send('/session', right))).toBe('200 mfa_required')
})

test('five wrong codes are the end of trying as well', async () => {
  const known = await meet('manager')
  const begun = await send('/session', { email: known.email, password: DEMO_PASSWORD })
  for (let n = 0; n < 5; n += 1) await send('/session/mfa', { code: '000000' }, cookieOf(begun))
  expect(codeOf(await send('/session/mfa', { code: code() }, cookieOf(begun)))).toBe('429 rate_limited')
})

test('a session untouched for a quarter of an hour is over; a used one lives twelve hours', async () => {
  const cookie = await logIn(await meet('manager'))
  for (let quarters = 0; quarters < 50; quarters += 1) {
    env.pass(14 * 60_000)
    expect((await send('/payments', undefined, cookie)).status).toBe(200)
  }
  // 50 × 14 min = 11 h 40 min. At 12 h it is over, however much it is used.
  env.pass(14 * 60_000)
  await send('/payments', undefined, cookie)
  env.pass(6 * 60_000 + 1)
  expect(codeOf(await send('/payments', undefined, cookie))).toBe('401 unauthenticated')
  const idle = await logIn(await meet('manager'))
  env.pass(15 * 60_000)
  expect(codeOf(await send('/payments', undefined, idle))).toBe('401 unauthenticated')
})

test('a removed person is refused at the next request, wherever it goes', async () => {
  const known = await meet('manager')
  const cookie = await logIn(known)
  expect((await send('/payments', undefined, cookie)).status).toBe(200)
  await removePerson(door.deps as never, known.id, 1, 'per_admin', 'left')
  for (const path of ['/payments', '/sales', '/metrics', '/stream', '/me/sessions'])
    expect(codeOf(await send(path, undefined, cookie)), path).toBe('401 unauthenticated')
})

test('another site cannot act with the cookie, in any dress', async () => {
  const cookie = await logIn(await meet('manager'))
  const path = '/session/lock'
  for (const site of ['cross-site', 'same-site', 'none'])
    expect(codeOf(await send(path, {}, cookie, { 'sec-fetch-site': site })), site).toBe('403 csrf_refused')
  const old = { method: 'POST', path: `${API}/sales`, token: null, body: {} } as const
  expect(codeOf(await door.send({ ...old, headers: { cookie } }))).toBe('403 csrf_refused')
  expect(codeOf(await door.send({ ...old, headers: { cookie, origin: 'https://evil.example' } }))).toBe(
    '403 csrf_refused',
  )
  expect(codeOf(await door.send({ ...old, headers: { cookie, origin: door.url } }))).toBe(
    '422 validation_failed',
  )
})

test('what changes rights wants a fresh second factor, and the same call goes through after it', async () => {
  const cookie = await logIn(await meet('admin'))
  const person = { name: 'New Person', email: `new${people}@company.com`, role: 'finance' }
  env.pass(10 * 60_000)
  expect(codeOf(await send('/people', person, cookie))).toBe('403 mfa_required')
  const stepped = cookieOf(await send('/session/step-up', { code: code() }, cookie))
  const made = await send('/people', person, stepped)
  expect(made.status).toBe(201)
  expect(made.body.invitation_link).toContain('/invitation#')
})

test('an invited person chooses a password, must enrol a second factor, and is then in', async () => {
  const admin = await logIn(await meet('admin'))
  const person = { name: 'Ivy Lane', email: `ivy${people}@company.com`, role: 'finance' }
  const made = await send('/people', person, admin)
  const invitation_token = String(made.body.invitation_link).split('#')[1] ?? ''
  expect(codeOf(await send('/invitations/accept', { invitation_token, password: 'ivylane' }))).toBe(
    '422 password_refused',
  )
  expect((await send('/invitations/accept', { invitation_token, password: DEMO_PASSWORD })).status).toBe(200)
  const again = await send('/invitations/accept', { invitation_token, password: DEMO_PASSWORD })
  expect(codeOf(again)).toBe('401 credentials_invalid')
  const begun = await send('/session', { email: person.email, password: DEMO_PASSWORD })
  expect(codeOf(begun)).toBe('200 enrol_required')
  expect(codeOf(await send('/reconciliation/runs', undefined, cookieOf(begun)))).toBe('401 unauthenticated')
  const totp = await send('/me/totp', {}, cookieOf(begun))
  secret = totp.body.secret as string
  const confirmed = await send('/me/totp/confirm', { code: code() }, cookieOf(begun))
  expect(confirmed.body.recovery_codes).toHaveLength(10)
  expect((await send('/reconciliation/runs', undefined, cookieOf(confirmed))).status).toBe(200)
  const [first] = confirmed.body.recovery_codes as string[]
  for (const expected of ['200 active', '401 credentials_invalid']) {
    const byRecovery = await send('/session', { email: person.email, password: DEMO_PASSWORD })
    expect(codeOf(await send('/session/mfa', { recovery_code: first }, cookieOf(byRecovery)))).toBe(expected)
  }
})

test('a PIN works at a browser that is a till, for a cashier of its store, and nowhere else', async () => {
  const [here, elsewhere] = [await meet('cashier', ['high-street']), await meet('cashier', ['station'])]
  const manager = await logIn(await meet('manager'))
  expect(codeOf(await send('/session/pin', { person_id: here.id, pin: '2468' }))).toBe('401 unauthenticated')
  const device = cookieOf(await send('/tills/till-1/device', {}, manager))
  expect(device).toMatch(/^__Host-tillwatch-till=/)
  const listed = await send('/session/pin-people', undefined, device)
  expect(listed.body.data.map(({ id }: { id: string }) => id)).toContain(here.id)
  expect(listed.body.data.map(({ id }: { id: string }) => id)).not.toContain(elsewhere.id)
  expect(codeOf(await send('/session/pin', { person_id: elsewhere.id, pin: '2468' }, device))).toBe(
    '401 credentials_invalid',
  )
  const open = await send('/session/pin', { person_id: here.id, pin: '2468' }, device)
  expect(open.body).toMatchObject({
    state: 'active',
    person: { till: { id: 'till-1' } },
    device_till: { id: 'till-1' },
  })
  const sale = { till_id: 'till-2', currency: 'gbp', lines: [{ name: 'Bun', quantity: 1, unit_amount: 100 }] }
  expect((await send('/sales', { ...sale, till_id: 'till-1' }, cookieOf(open))).status).toBe(201)
  expect((await send('/sales', sale, cookieOf(open))).status).toBeGreaterThanOrEqual(403)
  await send('/session/lock', {}, cookieOf(open))
  expect(codeOf(await send('/sales', { ...sale, till_id: 'till-1' }, cookieOf(open)))).toBe(
    '401 unauthenticated',
  )
  expect(codeOf(await send('/session/unlock', { pin: '2468' }, cookieOf(open)))).toBe('200 active')
})

test('the first admin is made once, with the token that the start printed; ready accounts are only in the sandbox', async () => {
  const wanted = { setup_token: 'x', email: 'a@b.example', name: 'A', password: DEMO_PASSWORD }
  expect(codeOf(await send('/setup', wanted))).toBe('409 invalid_state')
  expect(codeOf(await send('/demo/accounts', undefined))).toBe('404 not_found')
  expect(codeOf(await send('/demo/till-device', { till_id: 'till-1' }))).toBe('404 not_found')
})

test('a token does what its scopes say, works on beside its successor for the overlap, and then no more', async () => {
  const admin = await logIn(await meet('admin'))
  const wanted = { role: 'manager', name: 'cash-up script', scopes: ['payments:read'] }
  const made = await send('/tokens', wanted, admin)
  const [old, ask] = [
    made.body.token as string,
    async (path: string, token: string) => door.send({ path: API + path, token }),
  ]
  expect((await ask('/payments', old)).status).toBe(200)
  expect(codeOf(await ask('/payouts', old))).toBe('403 forbidden')
  const next = await send(`/tokens/${made.body.id as string}/rotate`, { overlap_s: 60 }, admin)
  const fresh = next.body.token as string
  expect([(await ask('/payments', old)).status, (await ask('/payments', fresh)).status]).toEqual([200, 200])
  env.pass(60_000)
  expect(codeOf(await ask('/payments', old))).toBe('401 unauthenticated')
  expect((await ask('/payments', fresh)).status).toBe(200)
  expect(codeOf(await ask('/payouts', fresh))).toBe('403 forbidden')
})

test('the quarterly review is decided one by one, removing acts at once, and it is signed off', async () => {
  const known = await meet('admin')
  const admin = await logIn(known)
  const leaver = await meet('finance')
  await send('/access/reviews', {}, admin)
  const { body } = await send('/access/reviews', undefined, admin)
  const review = body.data[0].id as string
  const items = (await send(`/access/reviews/${review}`, undefined, admin)).body.data as { subject: string }[]
  const decide = async (subject: string, decision: string) =>
    send(`/access/reviews/${review}/items/${subject}`, { decision }, admin)
  expect(codeOf(await decide(known.id, 'keep'))).toBe('403 second_person_required')
  expect(codeOf(await send(`/access/reviews/${review}/sign-off`, {}, admin))).toBe('409 invalid_state')
  for (const { subject } of items)
    if (subject !== known.id) await decide(subject, subject === leaver.id ? 'remove' : 'keep')
  const gone = await send('/session', { email: `finance${people}@company.com`, password: DEMO_PASSWORD })
  expect(codeOf(gone)).toBe('401 credentials_invalid')
})

test('after a reset the old password and the old factor open nothing; the new link does, once', async () => {
  const known = await meet('finance')
  const open = await logIn(known)
  const link = await resetMfa(door.deps, known.id, 'test')
  expect(codeOf(await send('/session', undefined, open))).toBe('200 anonymous')
  expect(codeOf(await send('/session', { email: known.email, password: DEMO_PASSWORD }))).toBe(
    '401 credentials_invalid',
  )
  const password = 'harbour-lantern-plum-77'
  const take = async () => send('/invitations/accept', { invitation_token: link, password })
  expect([(await take()).status, (await take()).status]).toEqual([200, 401])
  expect(codeOf(await send('/session', { email: known.email, password }))).toBe('200 enrol_required')
})
