import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { call, eventually, startPlatform, tillwatch, type RunningPlatform } from './tillwatch.ts'

const folder = await makeTempFolder()
const data = join(folder.path, 'data')
let platform: RunningPlatform | undefined

afterAll(async () => {
  await platform?.end('SIGKILL')
  await folder.remove()
})

const sell = async (on: RunningPlatform, key: string, amount: number) =>
  call(
    on,
    'cashier',
    'POST',
    '/payments',
    { amount, currency: 'gbp', till_id: 'till_1', payment_method: 'pm_card_visa' },
    { 'idempotency-key': key },
  )

/** Moments after the till sent its call: before the claim, around Stripe's answer, around the record, after the answer. */
const KILLED_AFTER_MS = [2, 10, 18, 26, 60]

test.each(KILLED_AFTER_MS)(
  'killed %i ms after a till sent its call, the repeated call pays once',
  async (ms) => {
    const up = (platform ??= await startPlatform(data, '--no-demo'))
    const key = `killed-after-${ms}`
    const amount = 1_000 + ms
    const interrupted = sell(up, key, amount).catch(() => undefined)
    await pause(ms)
    await up.end('SIGKILL')
    await interrupted
    const again = (platform = await startPlatform(data, '--no-demo'))
    const paid = await eventually('the sale goes through', async () => {
      const answer = await sell(again, key, amount)
      expect([201, 202, 409]).toContain(answer.status)
      return answer.status === 201 ? answer : undefined
    })
    expect(paid.body).toMatchObject({ status: 'succeeded', amount })
  },
)

test('Stripe took each sale once, and the books agree', async () => {
  const { url } = platform as RunningPlatform
  const charges = (await (await fetch(`${url}/_sandbox/charges`)).json()) as {
    totals: { count: number; amount: number }[]
    by_sale: Record<string, number>
  }
  // By hand: 5 sales of 1,000 and 2 + 10 + 18 + 26 + 60 on top.
  expect(charges.totals).toMatchObject([{ count: 5, amount: 5_116 }])
  expect(Object.values(charges.by_sale)).toEqual([1, 1, 1, 1, 1])
  await eventually('the books are whole', async () => {
    const { code } = await tillwatch('verify', '--data', data)
    return code === 0 ? true : undefined
  })
})
