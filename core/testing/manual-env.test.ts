import { expect, test } from 'vitest'
import { manualEnv } from './manual-env.ts'

test('the business clock stands until it is moved and never goes back', () => {
  const env = manualEnv({ now: '2026-01-01T00:00:00Z' })
  env.pass(1_500)
  expect(env.clock.now().toISOString()).toBe('2026-01-01T00:00:01.500Z')
  expect(() => env.moveTo('2025-12-31T00:00:00Z')).toThrow('never goes back')
})

test('sleepers wake in the order of their times and may sleep again within one span', async () => {
  const env = manualEnv()
  const woken: string[] = []
  const twice = async () => {
    await env.machine.sleep(10)
    woken.push(`a at ${env.machine.nowMs()}`)
    await env.machine.sleep(10)
    woken.push(`a at ${env.machine.nowMs()}`)
  }
  const once = env.machine.sleep(15).then(() => woken.push(`b at ${env.machine.nowMs()}`))
  const both = Promise.all([twice(), once])
  await env.passMachine(100)
  await both
  expect(woken).toEqual(['a at 10', 'b at 15', 'a at 20'])
  expect(env.machine.nowMs()).toBe(100)
})

test('an aborted sleeper gives up with the reason of the signal', async () => {
  const env = manualEnv()
  const stop = new AbortController()
  const sleeping = env.machine.sleep(10, stop.signal)
  stop.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  expect(env.sleepers()).toBe(0)
})

test('the same seed gives the same bytes, the next call others', () => {
  const [one, other] = [manualEnv({ seed: 7 }), manualEnv({ seed: 7 })]
  const first = one.random.bytes(40)
  expect(first).toEqual(other.random.bytes(40))
  expect(first).toHaveLength(40)
  expect(one.random.bytes(40)).not.toEqual(first)
})
