import { afterEach, beforeAll, expect, test } from 'vitest'
import type { Doubts } from './options.ts'
import { DOUBT_SETTINGS, DOUBTS } from './options.ts'
import { checkBooks } from './testing/check-books.ts'
import { liveALife } from './testing/live-a-life.ts'
import type { Running } from './testing/start.ts'
import { dropFolder, newFolder, startSandbox } from './testing/start.ts'

let running: Running | null = null

const end = async () => {
  if (!running) return
  await running.stop()
  dropFolder(running.dir)
  running = null
}

afterEach(end)

const live = async (doubts: Partial<Doubts>): Promise<string> => {
  running = await startSandbox(newFolder(), '2016-10-31T09:00:00Z', { doubts })
  const told = await liveALife(running)
  checkBooks(running.sandbox.store.state, running.sandbox.clock.now())
  return told
}

let usual: string

beforeAll(async () => {
  usual = await live({})
  await end()
})

test('the same switches give the same life', async () => {
  expect(await live({ ...DOUBTS })).toBe(usual)
})

test.each(DOUBT_SETTINGS)('$name is to be seen, and the books hold', async ({ doubts }) => {
  expect(await live(doubts)).not.toBe(usual)
})
