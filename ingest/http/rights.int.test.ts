import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROLES, type Role } from '#core/access/roles.ts'
import { createApi } from '#core/http/root.ts'
import { ingestRoutes } from '../main.ts'
import { openGateway, type TestGateway } from '../testing/open-gateway.ts'

/** Who may call what: every route, by hand. c cashier, f finance, o oncall, m manager, a admin, u auditor. */
const RIGHTS: Readonly<Record<string, string>> = {
  'POST /sales': 'cm',
  'GET /sales': 'cfomu',
  'GET /sales/{id}': 'cfomu',
  'POST /sales/{id}/cancel': 'cm',
  'POST /sales/{id}/tenders': 'cm',
  'POST /payments': 'cm',
  'GET /payments': 'cfomu',
  'GET /payments/{id}': 'cfomu',
  'POST /payments/{id}/confirm': 'cm',
  'POST /payments/{id}/capture': 'cm',
  'POST /payments/{id}/cancel': 'cm',
  'POST /payments/{id}/refunds': 'cfm',
  'GET /refunds/{id}': 'cfomu',
  'POST /payments/{id}/sync': 'cfom',
  'POST /payments/{id}/notes': 'cfom',
  'GET /payments/{id}/receipt': 'cfmu',
  'POST /payments/{id}/receipt/send': 'cfm',
  'GET /disputes': 'fomu',
  'GET /tasks': 'cfomu',
  'GET /tills': 'cfomau',
  'GET /readers': 'cfomau',
  'GET /ledger/accounts': 'fmu',
  'GET /ledger/balances': 'fmu',
  'GET /ledger/journal': 'fmu',
}

const LETTERS: Readonly<Record<Role, string>> = {
  cashier: 'c',
  finance: 'f',
  oncall: 'o',
  manager: 'm',
  admin: 'a',
  auditor: 'u',
}

let gateway: TestGateway
const tokens = new Map<Role, string>()

beforeAll(async () => {
  gateway = await openGateway()
  for (const role of ROLES) tokens.set(role, await gateway.token(role))
})
afterAll(async () => gateway.close())

const call = async (route: string, token: string | undefined) => {
  const [method = '', template = ''] = route.split(' ')
  const path = template.replace('{id}', 'nobody')
  return gateway.send(path, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
}

test('every route has its row', () => {
  const api = createApi()
  api.route('/', ingestRoutes(gateway.deps))
  const routes = api.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === 'route' ? [`${definition.route.method.toUpperCase()} ${definition.route.path}`] : [],
  )
  expect(routes.sort()).toEqual(Object.keys(RIGHTS).sort())
})

describe.each(Object.entries(RIGHTS))('%s', (route, letters) => {
  test('nobody without a token', async () => {
    expect((await call(route, undefined)).status).toBe(401)
  })
  test.each(ROLES)('%s', async (role) => {
    const { status, body } = await call(route, tokens.get(role))
    const forbidden = status === 403 && body.error.code === 'forbidden'
    expect(forbidden).toBe(!letters.includes(LETTERS[role]))
  })
})
