import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ENDPOINTS } from '../resources/endpoints.ts'
import { driveCustomers } from './drive-customers.ts'
import { driveDisputes } from './drive-disputes.ts'
import { driveEvents } from './drive-events.ts'
import { driveMoney } from './drive-money.ts'
import { drivePayments } from './drive-payments.ts'
import { driveTerminal } from './drive-terminal.ts'
import type { Watched } from './watched-sandbox.ts'
import { startWatched } from './watched-sandbox.ts'

let watched: Watched

beforeAll(async () => {
  watched = await startWatched()
})

afterEach(() => {
  watched.problems.length = 0
})

afterAll(() => watched.stop())

test.each([
  ['payments, charges and refunds', drivePayments],
  ['customers, payment methods and setup intents', driveCustomers],
  ['the account, balances, payouts and top-ups', driveMoney],
  ['disputes', driveDisputes],
  ['Terminal', driveTerminal],
  ['events and webhook endpoints', driveEvents],
])('answers about %s as the SDK declares them', async (_about, run) => {
  await run(watched)
  expect(watched.problems).toEqual([])
})

test('has shown a checked success of every endpoint there is', () => {
  const missing = ENDPOINTS.map(({ method, path }) => `${method} ${path}`).filter(
    (endpoint) => !watched.checker.shown.has(endpoint),
  )
  expect(missing).toEqual([])
})
