import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROLES, type Role } from '#core/access/roles.ts'
import { API, cash, payment, sale } from '../testing/a-sale.ts'
import { openDoor, type Answer, type Door } from '../testing/open-door.ts'
import { EXPECTED, type Expected } from './expected-matrix.ts'
import { knock, openAs, outcomeOf, type Outcome, type Proof } from './knock.ts'
import { plantStore, type Planted } from './plant-two-stores.ts'
import type { AccessRow } from './table-route.ts'

const LETTER: Readonly<Record<Role, string>> = {
  cashier: 'c',
  finance: 'f',
  oncall: 'o',
  manager: 'm',
  admin: 'a',
  auditor: 'u',
}

interface Caller {
  readonly letter: string
  /** Sees the whole shop, with a fresh second factor; the same without one; bound to the first store as a person; to its till as a token. */
  readonly whole: Proof
  readonly stale: Proof
  readonly bound: Proof
  readonly till: Proof
}

let door: Door
let mine: Planted
let others: Planted
let callers: readonly Caller[]

beforeAll(async () => {
  door = await openDoor()
  const bearer = async (role: Role, till?: string): Promise<Proof> => ({
    authorization: `Bearer ${await door.token(role, till)}`,
  })
  callers = await Promise.all(
    ROLES.map(async (role) => ({
      letter: LETTER[role],
      whole: await openAs(door, role, null, true),
      stale: await openAs(door, role, null, false),
      bound: await openAs(door, role, ['high-street'], true),
      till: await bearer(role, 'till-1'),
    })),
  )
  mine = await plantStore(door, 1, 'somebody')
  others = await plantStore(door, 2, 'somebody')
}, 120_000)
afterAll(async () => door.close())

/** Kind of object that an `{id}` names, by the path's first segment. */
const idIn = (path: string, of: Planted): string => {
  const [kind] = path.replace(`${API}/`, '').split('/')
  const named: Readonly<Record<string, string>> = {
    sales: of.sale,
    payments: of.payment,
    refunds: of.refund,
    approvals: of.approval,
    tills: of.till,
  }
  return named[kind ?? ''] ?? 'nobody_1'
}

const urlOf = (path: string, of: Planted): string => {
  const url = path.replace('{id}', idIn(path, of)).replaceAll(/\{\w+\}/g, 'nobody_1')
  return path === `${API}/lookup` ? `${url}?id=${of.payment}` : url
}

/** Good bodies of calls about an object, so that only its being another store's can refuse them. */
const GOOD: Readonly<Record<string, object>> = {
  hold: { note: 'Blue coat' },
  tenders: cash(),
  notes: { text: 'Look at this' },
  send: { email: 'buyer@company.com' },
  reject: { note: 'No' },
}
const goodBody = (path: string): object => GOOD[path.split('/').at(-1) ?? ''] ?? {}
/** No route knows the field: a call with it changes nothing, and is refused after the door only. */
const UNKNOWN = { unexpected: true }
/** Doors whose body is not read as JSON, or which end the session that asks. */
const isBodyless = (method: string): boolean => method === 'GET' || method === 'DELETE'

const split = (name: string): [string, string] => {
  const [method = '', path = ''] = name.split(' ')
  return [method, path]
}

let cells = 0
const unexpected: string[] = []
const expectCell = (what: string, was: Outcome | string, wanted: readonly string[]): void => {
  cells += 1
  if (!wanted.includes(was)) unexpected.push(`${what}: ${was}, expected ${wanted.join(' or ')}`)
}

const isList = (method: string, path: string): boolean => method === 'GET' && !path.includes('{')
/** Of the other store, nothing; where rows of a store are listed, the own ones. */
const narrowed = (path: string, { text }: Answer): string => {
  const leaked = Object.values(others).find((id) => text.includes(`"${id}"`))
  if (leaked !== undefined) return `shows ${leaked}`
  const LISTED: Readonly<Record<string, string>> = {
    sales: mine.sale,
    payments: mine.payment,
    approvals: mine.approval,
    disputes: mine.dispute,
    tasks: mine.dispute,
    tills: mine.till,
    readers: mine.reader,
    shop: mine.till,
  }
  const shown = LISTED[path.replace(`${API}/`, '')]
  return shown === undefined || text.includes(`"${shown}"`) ? 'narrowed' : `lacks ${shown}`
}

const ask = async (method: string, path: string, proof: Proof, of: Planted): Promise<Answer> =>
  knock(door, method, urlOf(path, of), proof, isBodyless(method) ? undefined : UNKNOWN)

const passing = (row: Expected, path: string, letter: string): Outcome[] => {
  const isShown = row.hidden?.includes(letter) !== true
  if (!isShown) return isList('GET', path) && path !== `${API}/lookup` ? ['passed'] : ['absent']
  return row.scope === 'store' || !path.includes('{') ? ['passed'] : ['passed', 'absent']
}

const walkWhole = async (name: string, row: Expected, caller: Caller): Promise<void> => {
  const [method, path] = split(name)
  const isIn = row.whole.includes(caller.letter)
  const passes = isIn ? passing(row, path, caller.letter) : ['forbidden']
  const whole = await ask(method, path, caller.whole, others)
  expectCell(`${name} ${caller.letter} whole shop`, outcomeOf(whole), passes)
  const stale = outcomeOf(await ask(method, path, caller.stale, others))
  expectCell(
    `${name} ${caller.letter} old second factor`,
    stale,
    isIn && row.stepUp ? ['mfa_required'] : passes,
  )
}

const walkOther = async (
  name: string,
  caller: Caller,
  way: 'bound' | 'till',
  answer: Answer,
): Promise<void> => {
  const proof = caller[way]
  const what = `${name} ${caller.letter} ${way}`
  const [method, path] = split(name)
  if (isList(method, path) && path !== `${API}/lookup`)
    return expectCell(`${what} list`, narrowed(path, answer), [
      EXPECTED[name]?.hidden?.includes(caller.letter) === true ? `lacks ${mine.approval}` : 'narrowed',
    ])
  if (path.includes('{') || path === `${API}/lookup`) {
    const body = isBodyless(method) ? undefined : goodBody(path)
    const other = await knock(door, method, urlOf(path, others), proof, body)
    return expectCell(`${what} other store's`, outcomeOf(other), ['absent'])
  }
  const wanted = path.endsWith('/sales') ? sale({ till_id: others.till }) : payment({ till_id: others.till })
  const made = await knock(door, method, path, proof, wanted)
  expectCell(`${what} for the other store`, `${made.status} ${made.body?.error?.issues?.[0]?.path}`, [
    '422 till_id',
  ])
}

const walkBound = async (name: string, row: Expected, caller: Caller): Promise<void> => {
  const [method, path] = split(name)
  const isIn = row.bound.includes(caller.letter)
  for (const way of ['bound', 'till'] as const) {
    const what = `${name} ${caller.letter} ${way}`
    const answer = await ask(method, path, caller[way], mine)
    expectCell(`${what} own`, outcomeOf(answer), isIn ? passing(row, path, caller.letter) : ['forbidden'])
    if (row.scope === 'own' || row.scope === 'shop') continue
    if (isIn) await walkOther(name, caller, way, answer)
    else expectCell(`${what} other`, outcomeOf(await ask(method, path, caller[way], others)), ['forbidden'])
  }
}

const walkOpen = async (name: string): Promise<void> => {
  const [method, path] = split(name)
  const proofs: Proof[] = [{}]
  for (const caller of callers) proofs.push(caller.till)
  for (const proof of proofs)
    expectCell(`${name} open`, outcomeOf(await ask(method, path, proof, mine)), [
      'passed',
      'absent',
      'unauthenticated',
    ])
}

test('every door has its row, and every row its door', () => {
  const doors = door.doors.map((name) => name.replaceAll(/:(\w+)(?:\{[^}]*\})?/g, '{$1}'))
  expect([...new Set(doors)].sort()).toEqual(Object.keys(EXPECTED).sort())
})

test('the table that the pages show is the one written by hand', async () => {
  const token = await door.token('auditor')
  const { body } = await door.send({ path: `${API}/access/table`, token })
  const shown = (body.routes as AccessRow[]).map(({ method, path, roles, scope, step_up, sensitive }) => [
    `${method} ${path}`,
    roles === 'public'
      ? 'open'
      : [...roles]
          .map((role) => LETTER[role])
          .sort()
          .join(''),
    roles === 'public' ? 'open' : scope,
    step_up,
    sensitive,
  ])
  const wanted = shown.map(([name]) => {
    const row = EXPECTED[String(name)]
    if (!row) return [name]
    const letters = row.scope === 'open' ? 'open' : [...row.whole].sort().join('')
    return [name, letters, row.scope, row.stepUp, row.sensitive]
  })
  expect(shown).toEqual(wanted)
})

test('route x role x what is seen: nobody gets what the matrix does not give', async () => {
  const before = await door.written()
  for (const [name, row] of Object.entries(EXPECTED)) {
    const [method, path] = split(name)
    if (row.scope === 'open') {
      await walkOpen(name)
      continue
    }
    expectCell(`${name} nobody`, outcomeOf(await ask(method, path, {}, mine)), ['unauthenticated'])
    await Promise.all(callers.map(async (caller) => walkWhole(name, row, caller)))
    await Promise.all(callers.map(async (caller) => walkBound(name, row, caller)))
  }
  console.error(
    `access matrix: ${Object.keys(EXPECTED).length} doors, ${cells} cells, ${unexpected.length} unexpected`,
  )
  expect(unexpected).toEqual([])
  expect(cells).toBeGreaterThan(3_700)
  expect(await door.written()).toEqual(before)
}, 600_000)

test('no other method, and no header that names one, is a way round', async () => {
  const [cashier] = callers
  if (!cashier) throw new Error('Nobody to ask.')
  const found: string[] = []
  for (const [name, row] of Object.entries(EXPECTED)) {
    const [method, path] = split(name)
    if (row.scope === 'open' || row.whole.includes('c')) continue
    const url = urlOf(path, others)
    const override = { ...cashier.whole, 'x-http-method-override': method, 'x-method-override': method }
    const tries = [
      await knock(door, 'HEAD', url, cashier.whole),
      await knock(door, 'OPTIONS', url, cashier.whole),
      await knock(door, method === 'GET' ? 'POST' : 'GET', url, override, method === 'GET' ? {} : undefined),
      await knock(door, 'POST', `${url}?_method=${method}`, override, {}),
    ]
    for (const [index, { status }] of tries.entries())
      if (status < 400) found.push(`${name} try ${index}: ${status}`)
  }
  expect(found).toEqual([])
}, 120_000)
