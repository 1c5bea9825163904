import { expect, test } from 'vitest'
import { createMetrics } from './metrics/create-metrics.ts'
import { createLogger } from '#core/log.ts'
import type { Deps } from '#core/service.ts'
import { manualEnv, type ManualEnv } from '#core/testing/manual-env.ts'
import { backOffMs, startDrainLoop } from './drain-loop.ts'
import { localWakeups } from '#core/testing/local-wakeups.ts'

const rows: [string, number, number, number][] = [
  ['the first failure waits a quarter of a second', 1, 0, 250],
  ['each further one twice as long', 4, 0, 2_000],
  ['chance takes at most half off', 4, 0.999_999, 1_000],
  ['never longer than 15 s', 60, 0, 15_000],
]
test.each(rows)('%s', (_name, failures, random, waitedMs) => {
  expect(backOffMs(failures, random)).toBe(waitedMs)
})

/** Loops need only these of their deps. */
const loopDeps = (env: ManualEnv): Deps =>
  ({ env, wakeups: localWakeups(), log: createLogger('silent'), metrics: createMetrics() }) as unknown as Deps

const settled = async () => {
  for (let n = 0; n < 5; n += 1) await new Promise(setImmediate)
}

test('wake-ups during a look are one more look, never two at once', async () => {
  const env = manualEnv()
  let looks = 0
  const finish: (() => void)[] = []
  const loop = startDrainLoop(loopDeps(env), 'inbox', async () => {
    looks += 1
    await new Promise<void>((resolve) => finish.push(resolve))
  })
  for (let n = 0; n < 4; n += 1) loop.wake()
  expect(looks).toBe(1)
  finish[0]?.()
  await settled()
  expect(looks).toBe(2)
  finish[1]?.()
  await loop.stop()
  expect(looks).toBe(2)
})

test('work whose wake-up was lost is found within a second', async () => {
  const env = manualEnv()
  let looks = 0
  const loop = startDrainLoop(loopDeps(env), 'inbox', async () => {
    looks += 1
  })
  await env.passMachine(999)
  expect(looks).toBe(0)
  await env.passMachine(1)
  await settled()
  expect(looks).toBe(1)
  await loop.stop()
})

test('while what it needs is away a loop stays away longer and longer, and comes back', async () => {
  const env = manualEnv()
  let looks = 0
  let away = true
  const loop = startDrainLoop(loopDeps(env), 'relay', async () => {
    looks += 1
    if (away) throw new Error('away')
  })
  for (let second = 0; second < 60; second += 1) {
    loop.wake()
    await env.passMachine(1_000)
    await settled()
  }
  expect(looks).toBeGreaterThan(5)
  expect(looks).toBeLessThan(20)
  away = false
  for (let second = 0; second < 16; second += 1) {
    await env.passMachine(1_000)
    await settled()
  }
  const before = looks
  loop.wake()
  await settled()
  expect(looks).toBe(before + 1)
  await loop.stop()
})
