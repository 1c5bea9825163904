import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { call, eventually, startPlatform, tillwatch, type RunningPlatform } from './tillwatch.ts'

const folder = await makeTempFolder()
const data = join(folder.path, 'data')
let platform: RunningPlatform

beforeAll(async () => {
  platform = await startPlatform(data, '--no-demo')
})

afterAll(async () => {
  await platform.end('SIGKILL')
  await folder.remove()
})

const sell = async (key: string) =>
  call(
    platform,
    'cashier',
    'POST',
    '/payments',
    { amount: 1250, currency: 'gbp', till_id: 'till_1', payment_method: 'pm_card_visa' },
    { 'idempotency-key': key },
  )

const isReady = async () => {
  const { status } = (await (await fetch(`${platform.url}/readyz`)).json()) as { status: string }
  return status === 'ok' ? true : undefined
}

const chargesAtStripe = async () => {
  const charges = (await (await fetch(`${platform.url}/_sandbox/charges`)).json()) as { count: number }
  return charges.count
}

const findings = async () => {
  const { stdout } = await tillwatch('verify', '--data', data, '--json')
  const { checks } = JSON.parse(stdout) as { checks: { name: string; status: string; detail: string }[] }
  return checks.filter(({ status }) => status !== 'ok')
}

test('without ClickHouse cards are taken, and every event arrives once it is back', async () => {
  expect((await sell('before-the-crash')).status).toBe(201)
  process.kill(Number(await readFile(join(data, 'clickhouse', 'tillwatch-engine.pid'), 'utf8')), 'SIGKILL')
  expect((await sell('while-it-is-away')).status).toBe(201)
  await eventually('every dependency is up again', isReady)
  await eventually('ledger and ClickHouse agree', async () =>
    (await findings()).length === 0 ? true : undefined,
  )
})

test('when PostgreSQL dies, the till repeats its call with the same key and is charged once', async () => {
  const pid = Number((await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])
  process.kill(pid, 'SIGKILL')
  const before = await chargesAtStripe()
  const paid = await eventually('the sale goes through', async () => {
    const answer = await sell('through-the-crash')
    // Nothing else may be said of it: not that it failed, and not that the platform broke.
    expect([201, 202, 409, 503]).toContain(answer.status)
    return answer.status === 201 ? answer : undefined
  })
  expect(paid.body['status']).toBe('succeeded')
  expect((await chargesAtStripe()) - before).toBe(1)
  await eventually('the books are whole', async () => ((await findings()).length === 0 ? true : undefined))
})
