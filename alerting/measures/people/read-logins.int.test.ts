import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { adminsMeasure, loginsMeasure } from './read-logins.ts'

let world: AlertDeps
beforeAll(async () => {
  world = await openAlertDeps()
})
afterAll(async () => world.close())
// Each test looks at minutes of its own: the trail keeps what the others did.
beforeEach(() => world.deps.env.pass(3_600_000))

let rows = 0
interface Tried {
  readonly secondsAgo?: number
  readonly code?: string | null
  readonly route?: string
  readonly ip?: string
  readonly email?: string
  readonly actor?: string
  readonly object?: string
}

/** A row as the door writes it of a try. */
const tried = async ({ secondsAgo = 60, code = 'credentials_invalid', ...rest }: Tried): Promise<void> => {
  const { route = 'POST /session', ip = '203.0.113.1', email, actor = null, object = null } = rest
  const { env, db } = world.deps
  const at = new Date(env.clock.now().getTime() - secondsAgo * 1_000)
  const after = email === undefined ? null : JSON.stringify({ asked: { email, password: '[removed]' } })
  await db.run(
    `INSERT INTO audit_entries (id, at, kind, actor_id, action, object, after, ip, route, status, code)
     VALUES ($1, $2, 'outcome', $3, 'session.create', $4, $5, $6, $7, 401, $8)`,
    [`aud_${(rows += 1)}`, at, actor, object, after, ip, route, code],
  )
}

const person = async (id: string, email: string, role: string, rest: object = {}): Promise<void> => {
  const { status, factor } = { status: 'active', factor: false, ...rest }
  const { db, env } = world.deps
  const now = env.clock.now()
  await db.run(
    `INSERT INTO people (id, email, name, role, status, totp_confirmed_at, created_at, created_by)
     VALUES ($1, $2, $1, $3, $4, $5, $6, 'test')`,
    [id, email, role, status, factor ? now : null, now],
  )
}

const read = async () => {
  const [reading] = await loginsMeasure.read(world.deps, world.deps.env.clock.now())
  return reading
}

test('nothing failed is a reading of zeros', async () => {
  expect(await read()).toEqual({
    labels: {},
    failed: 0,
    ofPerson: 0,
    person: null,
    ofAddress: 0,
    address: null,
  })
})

test('failed tries of ten minutes are counted by person and by address, however the person was named', async () => {
  await person('per_fiona', 'fiona@shop.example', 'finance')
  await tried({ email: 'fiona@shop.example', ip: '203.0.113.1' })
  await tried({ email: ' Fiona@Shop.example ', ip: '203.0.113.2' })
  await tried({ route: 'POST /session/mfa', object: 'per_fiona', ip: '203.0.113.3' })
  await tried({ route: 'POST /me/password', actor: 'per_fiona', ip: '203.0.113.4' })
  // Refused without a look, after too many.
  await tried({ code: 'rate_limited', email: 'fiona@shop.example', ip: '203.0.113.2' })
  await tried({ email: 'nobody@shop.example', ip: '203.0.113.2' })
  expect(await read()).toEqual({
    labels: {},
    failed: 6,
    ofPerson: 5,
    person: 'per_fiona',
    ofAddress: 3,
    address: '203.0.113.2',
  })
})

test('what is older, succeeded, or was too often about something else does not count', async () => {
  await tried({ secondsAgo: 600, email: 'a@shop.example' })
  await tried({ secondsAgo: 599, email: 'a@shop.example' })
  await tried({ secondsAgo: 0, email: 'a@shop.example' })
  await tried({ code: null, email: 'a@shop.example' })
  await tried({ code: 'session_unfinished', email: 'a@shop.example' })
  await tried({ code: 'rate_limited', route: 'POST /payments/{id}/receipt/send' })
  expect(await read()).toMatchObject({ failed: 2, ofPerson: 2, ofAddress: 2 })
})

test('what was typed as an e-mail address is not told, where nobody has it', async () => {
  await tried({ email: 'my-own-password' })
  expect(await read()).toMatchObject({ failed: 1, ofPerson: 1, person: null })
})

test('admins are bare who may log in and have no second factor; nobody else is', async () => {
  await person('per_a', 'a@shop.example', 'admin', { factor: true })
  await person('per_b', 'b@shop.example', 'admin')
  await person('per_c', 'c@shop.example', 'admin', { status: 'invited' })
  await person('per_d', 'd@shop.example', 'admin', { status: 'removed' })
  await person('per_e', 'e@shop.example', 'manager')
  const [reading] = await adminsMeasure.read(world.deps, world.deps.env.clock.now())
  expect(reading).toEqual({ labels: {}, admins: 2, bare: ['per_b'] })
})
