import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { endSessionsOf, openSession } from '../../../access/open-session.ts'
import { DEMO_PASSWORD } from '../../../access/demo-people.ts'
import { addPerson } from '../../../access/people.ts'
import { codeAt, newTotpSecret } from '../../../access/totp.ts'
import { openDoor, type Answer, type Door } from '../testing/open-door.ts'

const API = '/payments/api'
let door: Door
let people = 0

beforeAll(async () => {
  door = await openDoor()
})
afterAll(async () => door.close())
beforeEach(() => door.deps.env.pass(20 * 60_000))

const meet = async (role: 'manager' | 'finance') => {
  people += 1
  const { env } = door.deps
  const totpSecret = newTotpSecret(env)
  const email = `guess${people}@company.com`
  const wanted = { name: `Guess ${people}`, email, role, stores: null, pin: null, totpSecret }
  const id = await addPerson(door.deps, { ...wanted, password: DEMO_PASSWORD }, 'test')
  return { id, email, code: () => codeAt(totpSecret, env.clock.now()) }
}

const send = async (path: string, body: object, cookie?: string): Promise<Answer> =>
  door.send({
    path: API + path,
    token: null,
    body,
    headers: { 'sec-fetch-site': 'same-origin', ...(cookie === undefined ? {} : { cookie }) },
  })
const cookieOf = (answer: Answer): string => answer.headers.get('set-cookie')?.split(';')[0] ?? ''
const logIn = async (email: string, password = DEMO_PASSWORD) => send('/session', { email, password })

test('one code at two browsers at the same moment lets one of them in', async () => {
  const known = await meet('manager')
  const begun = [await logIn(known.email), await logIn(known.email)].map(cookieOf)
  const code = known.code()
  const { db } = door.deps
  let sent: Promise<Answer>[] = []
  await db.withTransaction(async (unit) => {
    await unit.first('SELECT id FROM people WHERE id = $1 FOR UPDATE', [known.id])
    sent = begun.map(async (cookie) => send('/session/mfa', { code }, cookie))
    // Both have found the code unused, and neither has used it up.
    await expect
      .poll(
        async () =>
          db.rows(
            "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
          ),
        {
          timeout: 20_000,
        },
      )
      .toHaveLength(2)
  })
  const done = await Promise.all(sent)
  expect(done.map(({ status }) => status).sort()).toEqual([200, 401])
})

test('fifty wrong tries at many accounts close the door to their address', async () => {
  const known = await meet('finance')
  const { db, env } = door.deps
  await logIn('nobody0@company.com', 'wrong')
  const noted = await db.first<{ ip: string }>('SELECT ip FROM login_failures ORDER BY at DESC LIMIT 1')
  // The 48 between are as a try leaves them; hashing fifty passwords would only take time.
  await db.run(
    `INSERT INTO login_failures (kind, account, ip, at)
     SELECT 'password', 'nobody' || n || '@company.com', $1, $2 FROM generate_series(1, 48) AS n`,
    [noted?.ip, env.clock.now()],
  )
  expect((await logIn(known.email)).status).toBe(200)
  expect((await logIn('nobody49@company.com', 'wrong')).status).toBe(401)
  expect((await logIn(known.email)).body.error.code).toBe('rate_limited')
  env.pass(15 * 60_000 + 1)
  expect((await logIn(known.email)).status).toBe(200)
})

/** The processor's work for one wrong try, in microseconds: unlike time, it does not grow when the machine is busy elsewhere. */
const workOf = async (email: string): Promise<number> => {
  const begun = process.cpuUsage()
  expect((await logIn(email, 'not it at all')).status).toBe(401)
  const { user, system } = process.cpuUsage(begun)
  return user + system
}
const middle = (works: readonly number[]): number => works.toSorted((a, b) => a - b)[4] ?? 0

test('an unknown address costs as much hashing as a known one with a wrong password', async () => {
  const known = await meet('manager')
  await logIn('nobody@company.com', 'wrong')
  const right: number[] = []
  const nobody: number[] = []
  // By turns, so that whatever else the machine does is in both.
  for (let n = 0; n < 9; n += 1) {
    await door.deps.db.run('DELETE FROM login_failures')
    right.push(await workOf(known.email))
    nobody.push(await workOf('nobody@company.com'))
  }
  // Hashing is most of it: without it an answer costs a fraction, and half is far from both.
  expect(middle(nobody)).toBeGreaterThan(middle(right) / 2)
})

test("a session of somebody who was removed is nobody's, even when nothing ended it", async () => {
  const known = await meet('manager')
  const { db, env } = door.deps
  const wanted = { personId: known.id, state: 'active', tillId: null, steppedUpAt: null } as const
  const secret = await openSession(door.deps, wanted, { ip: '127.0.0.1', userAgent: '' })
  const ask = async () =>
    (
      await door.send({
        path: `${API}/payments`,
        token: null,
        headers: { cookie: `__Host-tillwatch=${secret}` },
      })
    ).status
  expect(await ask()).toBe(200)
  await db.run("UPDATE people SET status = 'removed' WHERE id = $1", [known.id])
  expect(await ask()).toBe(401)
  await db.run("UPDATE people SET status = 'active' WHERE id = $1", [known.id])
  expect(await ask()).toBe(200)
  // And the other way round: what an admin ends is over, whoever it belongs to.
  await endSessionsOf(env, db, known.id, 'test')
  expect(await ask()).toBe(401)
})
