import { afterAll, beforeAll, expect, test } from 'vitest'
import { CATALOGUE } from '../../../alerting/catalogue.ts'
import { judge } from '../../../alerting/catalogue/testing/play-rule.ts'
import { loginsMeasure } from '../../../alerting/measures/people/read-logins.ts'
import { DEMO_PASSWORD } from '../../../access/demo-people.ts'
import { addPerson } from '../../../access/people.ts'
import { newTotpSecret } from '../../../access/totp.ts'
import { openDoor, type Answer, type Door } from '../testing/open-door.ts'

const API = '/payments/api'
let door: Door
let manager: string

beforeAll(async () => {
  door = await openDoor()
  const wanted = {
    name: 'Maria',
    email: 'maria@company.com',
    role: 'manager',
    stores: null,
    pin: null,
  } as const
  const factor = { password: DEMO_PASSWORD, totpSecret: newTotpSecret(door.deps.env) }
  manager = await addPerson(door.deps, { ...wanted, ...factor }, 'test')
})
afterAll(async () => door.close())

const logIn = async (email: string, password: string): Promise<Answer> =>
  door.send({ path: `${API}/session`, token: null, body: { email, password } })

/** What /metrics shows: samples of the counter by kind, and the gauge. */
const shown = async (): Promise<Record<string, number>> => {
  const { text } = await door.send({ path: '/metrics', token: null })
  const lines = text.matchAll(/^(?:auth_failures_total\{kind="(\w+)"\}|(mfa_missing_admins)) (\d+)$/gm)
  return Object.fromEntries([...lines].map(([, kind, gauge, value]) => [kind ?? gauge ?? '', Number(value)]))
}

const judged = async () => {
  const [reading] = await loginsMeasure.read(door.deps, door.deps.env.clock.now())
  const rule = CATALOGUE.find(({ name }) => name === 'LoginBruteForce')
  if (!reading || !rule) throw new Error('no reading or no rule')
  return { reading, finding: judge(rule, reading).finding }
}

test('five failed log-ins raise the counter by five, and ten tries of one person are a breach', async () => {
  expect(await shown()).toMatchObject({ password: 0, code: 0, pin: 0, refused: 0 })
  for (let n = 0; n < 5; n += 1) expect((await logIn('maria@company.com', `wrong ${n}`)).status).toBe(401)
  expect(await shown()).toMatchObject({ password: 5, refused: 0 })
  expect(await judged()).toMatchObject({
    reading: { failed: 5, ofPerson: 5, person: manager },
    finding: 'quiet',
  })
  // Not looked at any more, and counted all the same: four, and the one that makes ten.
  for (let n = 0; n < 4; n += 1) expect((await logIn('maria@company.com', DEMO_PASSWORD)).status).toBe(429)
  expect(await judged()).toMatchObject({ reading: { ofPerson: 9 }, finding: 'quiet' })
  await logIn('maria@company.com', DEMO_PASSWORD)
  expect(await shown()).toMatchObject({ password: 5, refused: 5 })
  expect(await judged()).toMatchObject({ reading: { ofPerson: 10, person: manager }, finding: 'breached' })
})

test('one address that tries many accounts is a breach, and what was typed is not told', async () => {
  door.deps.env.pass(11 * 60_000)
  for (let n = 0; n < 10; n += 1) await logIn(`guess${n}@company.com`, 'whatever-it-is')
  const { reading, finding } = await judged()
  expect(reading).toMatchObject({ failed: 10, ofPerson: 1, person: null, ofAddress: 10 })
  expect(finding).toBe('breached')
})

test('wrong codes count by the person whose they should have been', async () => {
  door.deps.env.pass(16 * 60_000)
  const begun = await logIn('maria@company.com', DEMO_PASSWORD)
  const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  for (let n = 0; n < 3; n += 1)
    await door.send({
      path: `${API}/session/mfa`,
      token: null,
      body: { code: '000000' },
      headers: { cookie },
    })
  expect(await shown()).toMatchObject({ code: 3 })
  expect((await judged()).reading).toMatchObject({ failed: 3, ofPerson: 3, person: manager })
})

test('an admin without a second factor is counted until there is one', async () => {
  expect(await shown()).toMatchObject({ mfa_missing_admins: 0 })
  const wanted = { name: 'Adam', email: 'adam@company.com', role: 'admin', stores: null, pin: null } as const
  const id = await addPerson(door.deps, { ...wanted, password: DEMO_PASSWORD }, 'test')
  expect(await shown()).toMatchObject({ mfa_missing_admins: 1 })
  await door.deps.db.run('UPDATE people SET totp_confirmed_at = $2 WHERE id = $1', [id, new Date(0)])
  expect(await shown()).toMatchObject({ mfa_missing_admins: 0 })
})
