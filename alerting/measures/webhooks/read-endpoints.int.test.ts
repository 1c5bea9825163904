import { afterEach, beforeEach, expect, test } from 'vitest'
import { openAlertDeps, type AlertDeps } from '../../testing/alert-deps.ts'
import { startFakeStripe, type FakeStripe } from '../testing/fake-stripe.ts'
import { endpointMeasure } from './read-endpoints.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const OURS = 'https://shop.example/payments/webhooks/stripe'

const listOf = (...endpoints: readonly [url: string, status: string][]) => ({
  object: 'list',
  has_more: false,
  data: endpoints.map(([url, status]) => ({ object: 'webhook_endpoint', url, status })),
})

let opened: AlertDeps
let fake: FakeStripe
beforeEach(async () => {
  opened = await openAlertDeps()
  fake = await startFakeStripe({})
})
afterEach(async () => {
  await fake.close()
  await opened.close()
})

const look = async () => endpointMeasure.read({ ...opened.deps, stripe: fake.stripe }, AT)
const passMinutes = async (minutes: number) => opened.deps.env.passMachine(minutes * 60_000)

test('ours is the one with our path, whatever its host', async () => {
  fake.answers['webhook_endpoints'] = listOf(
    [OURS, 'enabled'],
    [`${OURS}?v=2`, 'disabled'],
    ['https://shop.example/other', 'enabled'],
  )
  expect(await look()).toEqual([{ labels: {}, known: 3, ours: 2, enabled: 1 }])
})

test('Stripe is asked every five minutes, and what it said is remembered between', async () => {
  fake.answers['webhook_endpoints'] = listOf([OURS, 'enabled'])
  await look()
  fake.answers['webhook_endpoints'] = listOf([OURS, 'disabled'])
  await passMinutes(4.9)
  expect(await look()).toMatchObject([{ enabled: 1 }])
  expect(fake.asked).toHaveLength(1)
  await passMinutes(0.1)
  await look()
  await expect.poll(look).toMatchObject([{ enabled: 0 }])
  expect(fake.asked).toHaveLength(2)
})

test('when Stripe does not say, nothing is known, and it is asked again within a minute', async () => {
  fake.answers['webhook_endpoints'] = 500
  await expect(look()).rejects.toThrow()
  await expect(look()).rejects.toThrow()
  expect(fake.asked).toHaveLength(1)
  fake.answers['webhook_endpoints'] = listOf()
  await passMinutes(1)
  await look().catch(() => undefined)
  await expect.poll(look).toEqual([{ labels: {}, known: 0, ours: 0, enabled: 0 }])
})
