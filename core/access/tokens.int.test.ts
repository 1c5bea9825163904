import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, type Database } from '../postgres/db.ts'
import { manualEnv } from '../testing/manual-env.ts'
import { createTempDatabase, type TempDatabase } from '../testing/temp-postgres.ts'
import { authenticate, createToken, listTokens, revokeToken } from './tokens.ts'

const env = manualEnv()
let temp: TempDatabase
let db: Database

beforeAll(async () => {
  temp = await createTempDatabase()
  db = openDatabase(temp.appUrl)
})
afterAll(async () => {
  await db.close()
  await temp.drop()
})

const bearer = (token: string) => `Bearer ${token}`

test('a token says who it is, and its secret is stored nowhere', async () => {
  const { id, token } = await createToken(env, db, { name: 'office', role: 'finance' })
  expect(token).toMatch(/^tw_[0-9a-z]{26}_[0-9a-f]{64}$/)
  expect(await authenticate(env, db, bearer(token))).toMatchObject({
    actorId: id,
    name: 'office',
    role: 'finance',
    tillId: null,
    tills: null,
  })
  const stored = await db.rows<{ row: string }>('SELECT t::text AS row FROM api_tokens t')
  expect(JSON.stringify(stored)).not.toContain(token.split('_')[2])
})

test.each([
  undefined,
  '',
  'Bearer',
  'Bearer tw_x',
  `Bearer tw_${'0'.repeat(26)}_${'0'.repeat(64)}`,
  `Basic tw_${'0'.repeat(26)}_${'0'.repeat(64)}`,
  `Bearer tw_${'0'.repeat(26)}_${'0'.repeat(64)} x`,
])('%s is nobody', async (header) => {
  await expect(authenticate(env, db, header)).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a token of another id with the right secret is nobody', async () => {
  const [one, two] = [
    await createToken(env, db, { name: 'one', role: 'cashier' }),
    await createToken(env, db, { name: 'two', role: 'admin' }),
  ]
  const mixed = [...two.token.split('_').slice(0, 2), one.token.split('_')[2]].join('_')
  await expect(authenticate(env, db, bearer(mixed))).rejects.toMatchObject({ code: 'unauthenticated' })
})

test('a revoked token and an expired one are refused from that moment on', async () => {
  const revoked = await createToken(env, db, { name: 'gone', role: 'oncall' })
  expect(await revokeToken(env, db, revoked.id)).toBe(true)
  await expect(authenticate(env, db, bearer(revoked.token))).rejects.toMatchObject({
    code: 'unauthenticated',
  })
  const expiresAt = new Date(env.clock.now().getTime() + 1_000)
  const brief = await createToken(env, db, { name: 'brief', role: 'oncall', expiresAt })
  env.pass(999)
  expect((await authenticate(env, db, bearer(brief.token))).role).toBe('oncall')
  env.pass(1)
  await expect(authenticate(env, db, bearer(brief.token))).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(await revokeToken(env, db, 'tok_nobody')).toBe(false)
})

test('the last use is noted, at most once a minute', async () => {
  const { id, token } = await createToken(env, db, { name: 'used', role: 'auditor' })
  const lastUse = async () => (await listTokens(db)).find((row) => row.id === id)?.last_used_at
  expect(await lastUse()).toBeNull()
  const first = env.clock.now()
  await authenticate(env, db, bearer(token))
  env.pass(59_999)
  await authenticate(env, db, bearer(token))
  expect(await lastUse()).toEqual(first)
  env.pass(1)
  await authenticate(env, db, bearer(token))
  expect(await lastUse()).toEqual(env.clock.now())
})
