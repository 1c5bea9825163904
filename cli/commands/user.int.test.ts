import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openDatabase, type Database } from '#core/postgres/db.ts'
import { systemEnv } from '#core/system-env.ts'
import { createTempDatabase, type TempDatabase } from '#core/testing/temp-postgres.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { openSession } from '../../access/open-session.ts'
import { acceptInvitation } from '../../access/people.ts'
import { main } from '../main.ts'

let database: TempDatabase
let folder: Awaited<ReturnType<typeof makeTempFolder>>
let db: Database
const out: string[] = []
const errors: string[] = []

beforeAll(async () => {
  ;[database, folder] = await Promise.all([createTempDatabase(), makeTempFolder()])
  db = openDatabase(database.appUrl)
  // The services may not: the schema's owner writes what the shop's file would bring.
  const owner = openDatabase(database.ownerUrl)
  await owner.run("INSERT INTO stores (id, name, zone) VALUES ('bakery', 'Bakery', 'Europe/London')")
  await owner.close()
})
afterAll(async () => {
  await db.close()
  await Promise.all([database.drop(), folder.remove()])
})
beforeEach(() => {
  out.length = 0
  errors.length = 0
  vi.stubEnv('DATABASE_URL', database.appUrl)
  vi.stubEnv('TILLWATCH_PUBLIC_URL', 'https://till.example/')
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(out.push(String(text))))
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean(errors.push(String(text))))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** One command line; answers its exit code. */
const user = async (...args: string[]): Promise<number> => main(['user', ...args, '--data', folder.path])

const people = async () =>
  db.rows<Record<string, unknown>>(
    'SELECT email, name, role, stores, status, removed_why, removed_by FROM people ORDER BY email',
  )
const trail = async () =>
  db.rows<Record<string, unknown>>(
    'SELECT kind, action, actor_id, object, before, after, code FROM audit_entries ORDER BY seq',
  )
const idOf = async (email: string) =>
  (await db.first<{ id: string }>('SELECT id FROM people WHERE email = $1', [email]))?.id ?? ''
const LINK = /^https:\/\/till\.example\/invitation#([0-9a-f]{64})\n$/

test('add makes an invited person and prints the link, with which a password can be chosen once', async () => {
  expect(await user('add', '--email', 'Ada@Shop.example', '--name', 'Ada', '--role', 'admin')).toBe(0)
  expect(await people()).toEqual([
    {
      email: 'ada@shop.example',
      name: 'Ada',
      role: 'admin',
      stores: null,
      status: 'invited',
      removed_why: null,
      removed_by: null,
    },
  ])
  const secret = LINK.exec(out.join(''))?.[1] ?? expect.fail(`no link: ${out.join('')}`)
  await acceptInvitation({ env: systemEnv(), db }, secret, 'a long and strange word')
  expect(await people()).toMatchObject([{ status: 'active' }])
  const asked = { email: 'Ada@Shop.example', name: 'Ada', role: 'admin', stores: null, pin: null }
  const base = { action: 'user.add', actor_id: 'command-line' }
  expect(await trail()).toEqual([
    { ...base, kind: 'call', object: null, before: null, after: { ...asked }, code: null },
    {
      ...base,
      kind: 'outcome',
      object: await idOf('ada@shop.example'),
      before: null,
      after: { ...asked, status: 'invited' },
      code: null,
    },
  ])
  // The way in stands nowhere.
  expect(JSON.stringify(await trail())).not.toContain(secret)
})

test.each([
  [['--email', 'ada@shop.example', '--name', 'Eve', '--role', 'admin'], /email: somebody has this/],
  [
    ['--email', 'eve@shop.example', '--name', 'Eve', '--role', 'boss'],
    /--role: must be one of cashier, finance/,
  ],
  [['--email', 'no-address', '--name', 'Eve', '--role', 'admin'], /--email: must be a mail address/],
  [
    ['--email', 'eve@shop.example', '--name', 'Eve', '--role', 'finance', '--stores', 'bakery,moon'],
    /stores: is no store/,
  ],
  [['--email', 'eve@shop.example', '--role', 'finance'], /required option '--name <name>'/],
])('add %j is wrong use: it says why and makes nobody', async (args, message) => {
  expect(await user('add', ...args)).toBe(2)
  expect(errors.join('')).toMatch(message)
  expect(out.join('')).toBe('')
  expect(await people()).toHaveLength(1)
})

test('a change that failed stands in the trail with its code', async () => {
  const [row] = await db.rows<{ code: string; kind: string }>(
    "SELECT kind, code FROM audit_entries WHERE action = 'user.add' AND code IS NOT NULL ORDER BY seq LIMIT 1",
  )
  expect(row).toEqual({ kind: 'outcome', code: 'validation_failed' })
})

test('list shows everybody without secrets, as lines and as JSON', async () => {
  const args = ['--email', 'fin@shop.example', '--name', 'Fin', '--role', 'finance', '--stores', 'bakery']
  expect(await user('add', ...args)).toBe(0)
  out.length = 0
  expect(await user('list')).toBe(0)
  const [ada, fin] = [await idOf('ada@shop.example'), await idOf('fin@shop.example')]
  expect(out.join('')).toBe(
    `${ada}  admin     active   none           Ada <ada@shop.example>  whole shop\n` +
      `${fin}  finance   invited  none           Fin <fin@shop.example>  bakery\n`,
  )
  out.length = 0
  expect(await user('list', '--json')).toBe(0)
  const { data } = JSON.parse(out.join('')) as { data: Record<string, unknown>[] }
  expect(data[1]).toEqual({
    id: fin,
    email: 'fin@shop.example',
    name: 'Fin',
    role: 'finance',
    stores: ['bakery'],
    status: 'invited',
    has_mfa: false,
  })
})

test("reset-mfa takes the last admin's second factor away, ends the sessions and prints a link back in", async () => {
  const id = await idOf('ada@shop.example')
  await db.run('UPDATE people SET totp_secret = $2, totp_confirmed_at = $3 WHERE id = $1', [
    id,
    'SECRET',
    new Date(),
  ])
  await openSession(
    { env: systemEnv(), db },
    { personId: id, state: 'active', tillId: null, steppedUpAt: null },
    { ip: '203.0.113.1', userAgent: '' },
  )
  expect(await user('reset-mfa', '--email', 'ADA@shop.example')).toBe(0)
  expect(out.join('')).toMatch(LINK)
  expect(await db.first('SELECT totp_secret, totp_confirmed_at FROM people WHERE id = $1', [id])).toEqual({
    totp_secret: null,
    totp_confirmed_at: null,
  })
  expect(await db.rows('SELECT ended_by FROM sessions WHERE person_id = $1', [id])).toEqual([
    { ended_by: 'command-line' },
  ])
  expect((await trail()).slice(-2)).toMatchObject([
    { kind: 'call', action: 'user.reset-mfa', object: id },
    { kind: 'outcome', action: 'user.reset-mfa', object: id, after: { second_factor: 'taken away' } },
  ])
})

test('remove takes access away and says why; the last admin stays, and nobody is removed twice', async () => {
  expect(await user('remove', '--email', 'fin@shop.example', '--reason', 'left')).toBe(0)
  expect(out.join('')).toBe('fin@shop.example has no access any more.\n')
  const [ada, fin] = await people()
  expect(fin).toMatchObject({ status: 'removed', removed_why: 'left', removed_by: 'command-line' })
  expect((await trail()).at(-1)).toMatchObject({
    action: 'user.remove',
    before: { name: 'Fin', role: 'finance', status: 'invited' },
    after: { status: 'removed', reason: 'left' },
  })
  expect(await user('remove', '--email', 'fin@shop.example', '--reason', 'again')).toBe(2)
  expect(await user('reset-mfa', '--email', 'fin@shop.example')).toBe(2)
  expect(await user('remove', '--email', 'ada@shop.example', '--reason', 'all gone')).toBe(3)
  expect(errors.join('')).toContain('This is the last admin')
  expect(ada).toMatchObject({ status: 'active' })
})
