import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeTempFolder } from '../testing/temp-folder.ts'
import { spawnChild } from './child.ts'

let folder: Awaited<ReturnType<typeof makeTempFolder>>

beforeEach(async () => {
  folder = await makeTempFolder()
})

afterEach(() => folder.remove())

async function script(text: string): Promise<string> {
  const file = join(folder.path, 'a child.ts')
  await writeFile(file, text)
  return file
}

const READY = "process.send!({ type: 'ready', port: 4242 }); setInterval(() => undefined, 1000);"

test('gives the port of a ready child, and its own environment only', async () => {
  process.env.A_SECRET_OF_OURS = 'x'
  const entry = await script(
    `console.log([process.env.A_SECRET_OF_OURS, process.env.TOLD, process.env.TZ]); ${READY}`,
  )
  const log = join(folder.path, 'logs', 'child.log')
  const child = await spawnChild({ entry: pathToFileURL(entry), env: { TOLD: 'yes' }, name: 'Child', log })
  delete process.env.A_SECRET_OF_OURS
  await child.stop()
  expect(child.port).toBe(4242)
  expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' })
  expect(await readFile(log, 'utf8')).toBe("[ undefined, 'yes', 'UTC' ]\n")
})

test('kills a child that does not stop when asked', async () => {
  const entry = await script(`process.on('SIGTERM', () => undefined); ${READY}`)
  const child = await spawnChild({ entry, name: 'Child' })
  await child.stop(100)
  expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' })
})

test('tells with the output of the child why it did not come up', async () => {
  const entry = await script("throw new Error('no paper in the printer')")
  const log = join(folder.path, 'child.log')
  await expect(spawnChild({ entry, name: 'The printer', log })).rejects.toThrow(
    /The printer ended before it was ready \(1\).*no paper in the printer/s,
  )
})

test('tells once that a child has ended, and whether that was wanted', async () => {
  const told: unknown[] = []
  const onExit = (ended: unknown) => told.push(ended)
  const entry = await script(READY)
  const fallen = await spawnChild({ entry, name: 'Child', onExit })
  process.kill(fallen.pid, 'SIGKILL')
  await fallen.exited
  const stopped = await spawnChild({ entry, name: 'Child', onExit })
  await stopped.stop()
  await stopped.stop()
  expect(told).toEqual([
    { code: null, signal: 'SIGKILL', wanted: false },
    { code: null, signal: 'SIGTERM', wanted: true },
  ])
})
