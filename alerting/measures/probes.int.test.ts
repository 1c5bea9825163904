import { createServer, type Server } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ClickHouse } from '#core/clickhouse/client.ts'
import type { Deps } from '#core/service.ts'
import { openAlertDeps, type AlertDeps } from '../testing/alert-deps.ts'
import { endOfLook, knownBalance, lookAtDependencies, probeMeasure } from './probes.ts'
import { startFakeStripe, type FakeStripe } from './testing/fake-stripe.ts'

const BALANCE = { object: 'balance', available: [{ currency: 'gbp', amount: -250 }], pending: [] }

let opened: AlertDeps
let fake: FakeStripe
let mail: Server | undefined
let clickhouse: 'up' | 'hangs'
let deps: Deps

const startMail = async (greeting: string | null): Promise<string> => {
  mail = createServer((socket) => {
    socket.on('error', () => undefined)
    if (greeting === null) socket.destroy()
    else socket.write(greeting)
  })
  await new Promise<void>((resolve) => mail?.listen(0, '127.0.0.1', resolve))
  return `smtp://127.0.0.1:${(mail.address() as AddressInfo).port}`
}

beforeEach(async () => {
  clickhouse = 'up'
  opened = await openAlertDeps()
  fake = await startFakeStripe({ balance: BALANCE })
  const analytics = {
    rows: async () => (clickhouse === 'up' ? [] : new Promise<never>(() => undefined)),
  } as unknown as ClickHouse
  deps = { ...opened.deps, stripe: fake.stripe, clickhouse: analytics }
})
afterEach(async () => {
  mail?.close()
  mail = undefined
  await fake.close()
  await opened.close()
})

/** A look ten seconds after the one before, and its answers. */
const lookAgain = async () => {
  await opened.deps.env.passMachine(10_000)
  await lookAtDependencies(deps)
  await endOfLook(deps)
  return Object.fromEntries(
    (await lookAtDependencies(deps)).map(({ dependency, ...state }) => [dependency, state]),
  )
}

test('the first look is waited for; what is not configured is not asked', async () => {
  const states = await lookAtDependencies(deps)
  expect(states.map(({ dependency, failuresInARow }) => [dependency, failuresInARow])).toEqual([
    ['postgres', 0],
    ['clickhouse', 0],
    ['stripe', 0],
  ])
})

test('within ten seconds nobody is asked again', async () => {
  await lookAtDependencies(deps)
  await opened.deps.env.passMachine(9_999)
  await lookAtDependencies(deps)
  expect(fake.asked).toHaveLength(1)
  await opened.deps.env.passMachine(1)
  await lookAtDependencies(deps)
  await endOfLook(deps)
  expect(fake.asked).toHaveLength(2)
})

test('failures are counted in a row, and one answer ends the row', async () => {
  await lookAtDependencies(deps)
  fake.answers['balance'] = 500
  await lookAgain()
  await lookAgain()
  expect(await lookAgain()).toMatchObject({ stripe: { failuresInARow: 3, failingForMs: 20_000 } })
  fake.answers['balance'] = BALANCE
  expect(await lookAgain()).toMatchObject({ stripe: { failuresInARow: 0, failingForMs: 0 } })
})

test.each([401, 403, 429])('Stripe that answers %d is there', async (status) => {
  fake.answers['balance'] = status
  expect((await lookAgain())['stripe']).toMatchObject({ failuresInARow: 0 })
})

test('who hangs holds up no look but the first, and has failed after three seconds', async () => {
  await lookAtDependencies(deps)
  clickhouse = 'hangs'
  await opened.deps.env.passMachine(10_000)
  await lookAtDependencies(deps)
  const meanwhile = await lookAtDependencies(deps)
  expect(meanwhile.find(({ dependency }) => dependency === 'clickhouse')?.failuresInARow).toBe(0)
  await expect.poll(() => opened.deps.env.sleepers()).toBeGreaterThan(0)
  await opened.deps.env.passMachine(3_000)
  await endOfLook(deps)
  const after = await lookAtDependencies(deps)
  expect(after.find(({ dependency }) => dependency === 'clickhouse')?.failuresInARow).toBe(1)
})

test.each([
  ['220 mail.example ESMTP\r\n', 0],
  ['554 go away\r\n', 1],
  [null, 1],
])('a mail server that says %j', async (greeting, failures) => {
  deps = { ...deps, notify: { ...deps.notify, smtpUrl: await startMail(greeting) } }
  expect((await lookAgain())['smtp']).toMatchObject({ failuresInARow: failures })
})

test('a measure names only its own dependencies', async () => {
  const readings = await probeMeasure('some', ['postgres', 'redis']).read(deps, new Date(0))
  expect(readings).toMatchObject([{ labels: { dependency: 'postgres' }, failuresInARow: 0, why: null }])
})

test('what Stripe says of the balance is known for five minutes', async () => {
  await lookAtDependencies(deps)
  expect(knownBalance(deps)).toEqual([{ currency: 'gbp', amount: -250n }])
  fake.answers['balance'] = 500
  await opened.deps.env.passMachine(299_999)
  expect(knownBalance(deps)).not.toBeNull()
  await opened.deps.env.passMachine(1)
  expect(knownBalance(deps)).toBeNull()
})

test('dependency_up tells the same', async () => {
  fake.answers['balance'] = 500
  await lookAgain()
  const text = await deps.metrics.registry.getSingleMetricAsString('dependency_up')
  expect(text).toContain('dependency_up{dependency="postgres"} 1')
  expect(text).toContain('dependency_up{dependency="stripe"} 0')
})
