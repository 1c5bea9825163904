import { expect, test } from 'vitest'
import { createLogger } from '#core/log.ts'
import { manualEnv } from '#core/testing/manual-env.ts'
import { createStack } from './stack.ts'
import { supervise, type Part } from './supervise.ts'

const quiet = createLogger('error', { write: () => undefined })

const fakeParts = () => {
  const asked: (number | undefined)[] = []
  const kills: (() => void)[] = []
  const start = async (port: number | undefined): Promise<Part> => {
    asked.push(port)
    let end: () => void = () => undefined
    const exited = new Promise<void>((resolve) => (end = resolve))
    kills.push(end)
    return { port: 4711, exited, stop: async () => end() }
  }
  return { asked, kill: () => kills.at(-1)?.(), start }
}

const setUp = async (restartsMax: number) => {
  const env = manualEnv()
  const stack = createStack(() => undefined)
  const parts = fakeParts()
  await supervise({ name: 'engine', stack, machine: env.machine, log: quiet, restartsMax }, parts.start)
  const die = async () => {
    parts.kill()
    while (env.sleepers() === 0) await new Promise(setImmediate)
    await env.passMachine(500)
  }
  return { stack, parts, die }
}

test('a part that dies is started again on the port that everybody knows', async () => {
  const { stack, parts, die } = await setUp(20)
  await die()
  await die()
  expect(parts.asked).toEqual([undefined, 4711, 4711])
  await stack.stop()
})

test('a part that keeps dying ends the platform', async () => {
  const { stack, parts, die } = await setUp(1)
  await die()
  parts.kill()
  expect((await stack.failed).message).toBe('engine ended 2 times')
})

test('a part that is stopped stays stopped', async () => {
  const { stack, parts } = await setUp(20)
  await stack.stop()
  expect(parts.asked).toEqual([undefined])
})
