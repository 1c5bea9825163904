import { afterAll, expect, test } from 'vitest'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { call, eventually, startPlatform, tillwatch, type RunningPlatform } from './tillwatch.ts'

const folder = await makeTempFolder()
const data = `${folder.path}/data with a blank`
let platform: RunningPlatform | undefined

afterAll(async () => {
  await platform?.end('SIGKILL').catch(() => undefined)
  await folder.remove()
})

const sale = { amount: 1250, currency: 'gbp', till_id: 'till_1', payment_method: 'pm_card_visa' }
const sell = async (key: string) =>
  call(platform as RunningPlatform, 'cashier', 'POST', '/payments', sale, { 'idempotency-key': key })

const succeeded = async () => {
  const { body } = await call(platform as RunningPlatform, 'manager', 'GET', '/payments?status=succeeded')
  return (body['data'] as { id: string }[]).map((payment) => payment.id)
}

test('the platform comes up on an empty folder and says what a person needs', async () => {
  platform = await startPlatform(data, '--no-demo')
  expect(platform.printed()).toContain(`Tillwatch is ready at ${platform.url}`)
  const ready = (await (await fetch(`${platform.url}/readyz`)).json()) as {
    status: string
    dependencies: { name: string }[]
  }
  expect(ready.status).toBe('ok')
  expect(ready.dependencies.map((one) => one.name)).toEqual(['postgres', 'clickhouse', 'stripe'])
})

test('a card sale reaches the ledger, the webhook and ClickHouse', async () => {
  const answer = await sell('first-sale-0001')
  expect(answer.status).toBe(201)
  expect(answer.body).toMatchObject({ status: 'succeeded', amount: 1250, currency: 'gbp', method: 'card' })
  const rate = await eventually('the attempt is counted', async () => {
    const { body } = await call(platform as RunningPlatform, 'manager', 'GET', '/metrics/?hours=1')
    const metrics = body as {
      success_rate: { denominator: number; numerator: number }
      webhooks: { processed: number; unprocessed: number }
    }
    return metrics.success_rate.denominator === 1 &&
      metrics.webhooks.processed >= 3 &&
      metrics.webhooks.unprocessed === 0
      ? metrics
      : undefined
  })
  expect(rate.success_rate).toMatchObject({ numerator: 1, denominator: 1, value: 1 })
})

test('the same key sells once and answers the same', async () => {
  const again = await sell('first-sale-0001')
  expect(again.status).toBe(201)
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect(await succeeded()).toHaveLength(1)
})

test('a second start on the same folder is refused', async () => {
  const second = await tillwatch('start', '--data', data, '--port', '0')
  expect(second.code).toBe(2)
  expect(second.stderr).toContain('already runs')
})

test('Ctrl-C stops it in order and the next start has the same data', async () => {
  const before = await succeeded()
  expect(await (platform as RunningPlatform).end('SIGINT')).toBe(0)
  platform = await startPlatform(data, '--no-demo')
  expect(await succeeded()).toEqual(before)
})

test('after kill -9 it comes up again, takes over what was left, and has the same data', async () => {
  const before = await succeeded()
  await (platform as RunningPlatform).end('SIGKILL')
  platform = await startPlatform(data, '--no-demo')
  expect(await succeeded()).toEqual(before)
  expect((await sell('second-sale-0002')).status).toBe(201)
})

test('doctor and verify find nothing wrong', async () => {
  const doctor = await tillwatch('doctor', '--data', data)
  expect(doctor).toMatchObject({ code: 0 })
  const verify = await tillwatch('verify', '--data', data, '--json')
  expect(verify.code).toBe(0)
  const { checks } = JSON.parse(verify.stdout) as { checks: { name: string; status: string }[] }
  expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'ledger ok',
    'clearing ok',
    'certificates ok',
    'audit chain ok',
    'audited calls ok',
    'events ok',
  ])
})

test('a wrong configuration is refused with every wrong key named', async () => {
  const wrong = await tillwatch('start', '--data', data, '--port', 'seventy')
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('TILLWATCH_PORT')
})
