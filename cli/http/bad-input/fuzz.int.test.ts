import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROLES } from '#core/access/roles.ts'
import { openClickHouse } from '#core/clickhouse/client.ts'
import { migrateClickHouse } from '#core/clickhouse/migrate.ts'
import { startTempClickHouse, type TempClickHouse } from '#core/testing/temp-clickhouse.ts'
import { startTempSandbox } from '../../../ingest/testing/temp-sandbox.ts'
import { API, openSale, payment, paySale } from '../testing/a-sale.ts'
import { problemOf } from '../testing/expect-refusal.ts'
import { fuzzedCall, seeded, type FuzzedRoute, type Shape } from '../testing/fuzz-request.ts'
import { openDoor, type Answer, type Call, type Door } from '../testing/open-door.ts'

/** `FUZZ_REQUESTS=400000 FUZZ_SEED=7 npx vitest run cli/http/bad-input/fuzz` tries harder. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 2_500)
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_160_430)
const AT_ONCE = 8

interface Operation {
  readonly 'x-roles': readonly string[] | 'public'
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Shape }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Shape }>> }
}

let sandbox: Awaited<ReturnType<typeof startTempSandbox>>
let clickhouse: TempClickHouse
let door: Door
let routes: FuzzedRoute[]
const tokens = new Map<string, string>()
const ids: string[] = []

const readRoutes = async (): Promise<FuzzedRoute[]> => {
  const { paths } = (await door.send({ path: '/openapi.json' })).body as {
    paths: Record<string, Record<string, Operation>>
  }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method,
      path,
      roles: operation['x-roles'] === 'public' ? ROLES : operation['x-roles'],
      query: (operation.parameters ?? []).filter((one) => one.in === 'query'),
      body: operation.requestBody?.content['application/json']?.schema,
    })),
  )
}

const findIds = async (): Promise<void> => {
  ids.push(await openSale(door), await paySale(door, 'a'), await paySale(door, 'b'))
  for (const card of ['pm_card_visa', 'pm_card_threeDSecure2Required']) {
    const answer = await door.send({ path: `${API}/payments`, body: payment({ payment_method: card }) })
    ids.push(answer.body.id)
  }
  const refund = await door.send({ path: `${API}/payments/${ids[1] ?? ''}/refunds`, body: { amount: 1 } })
  ids.push(refund.body.id, 'evt_1', 'till-1', 'po_1')
}

beforeAll(async () => {
  ;[sandbox, clickhouse] = await Promise.all([
    startTempSandbox(new Date('2026-03-02T09:00:00.000Z')),
    startTempClickHouse(),
  ])
  const client = openClickHouse(clickhouse.url)
  await migrateClickHouse(client, new Date('2026-03-02T09:00:00.000Z'))
  await client.close()
  door = await openDoor({ stripe: sandbox.url, clickhouse: clickhouse.url })
  for (const role of ROLES) tokens.set(role, await door.token(role))
  routes = await readRoutes()
  await findIds()
})
afterAll(async () => {
  await door.close()
  await Promise.all([sandbox.stop(), clickhouse.stop()])
})

const faultOf = (answer: Answer): string | undefined => {
  if (answer.status >= 500) return `${answer.status} ${answer.text.slice(0, 300)}`
  if (answer.status < 400) return undefined
  return answer.status === 402 ? undefined : problemOf(answer)
}

/** What was sent, to be sent again by hand. */
const tellOf = (call: Call): string =>
  `${call.method ?? ''} ${call.path} ${JSON.stringify(call.headers)} ${
    call.body instanceof Uint8Array
      ? `0x${Buffer.from(call.body).toString('hex').slice(0, 300)}`
      : String(call.body ?? '').slice(0, 300)
  }`

test(`${REQUESTS} requests of seed ${SEED} over every route: none is answered with 5xx, every error is one of ours`, async () => {
  const dice = seeded(SEED)
  const faults: string[] = []
  const seen = new Map<number, number>()
  const sendOne = async (call: Call): Promise<void> => {
    const answer = await door.send(call)
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
    const fault = faultOf(answer)
    if (fault !== undefined) faults.push(`${tellOf(call)}\n  -> ${fault}`)
  }
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
    const calls = Array.from({ length: AT_ONCE }, (_, n) =>
      fuzzedCall(routes[(sent + n) % routes.length] ?? expect.fail('no routes'), dice, ids, tokens),
    )
    await Promise.all(calls.map(sendOne))
  }
  const byStatus = [...seen].sort(([a], [b]) => a - b).map(([status, count]) => `${count} x ${status}`)
  process.stdout.write(
    `fuzz: ${routes.length} routes, ${REQUESTS} requests, seed ${SEED}: ${byStatus.join(', ')}\n`,
  )
  expect(faults.slice(0, 20)).toEqual([])
  // A fuzzer that is refused at the door every time has tested the door alone.
  expect([200, 201, 404, 422].filter((status) => (seen.get(status) ?? 0) < REQUESTS / 200)).toEqual([])
}, 600_000)
