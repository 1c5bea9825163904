import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from './log.ts'
import { openWakeups, type Wakeups } from './queue.ts'
import { createTempDatabase, type TempDatabase } from './testing/temp-postgres.ts'

let database: TempDatabase
let asker: Wakeups
let listener: Wakeups

beforeAll(async () => {
  database = await createTempDatabase()
  const log = createLogger('silent')
  asker = await openWakeups({ databaseUrl: database.appUrl }, log)
  listener = await openWakeups({ databaseUrl: database.appUrl }, log)
})
afterAll(async () => {
  await asker.close()
  await listener.close()
  await database.drop()
})

test('a wake-up reaches a listener in another process, as the role that the services have', async () => {
  let looks = 0
  listener.listen('inbox', async () => {
    looks += 1
  })
  asker.wake('inbox')
  await expect.poll(() => looks).toBe(1)
})

test('a listener in the same process is called at once, one call at a time, and once more for what came meanwhile', async () => {
  let running = 0
  let most = 0
  let looks = 0
  let finish = (): void => undefined
  listener.listen('relay', async () => {
    running += 1
    most = Math.max(most, running)
    looks += 1
    if (looks === 1) await new Promise<void>((resolve) => (finish = resolve))
    running -= 1
  })
  listener.wake('relay')
  expect(looks).toBe(1)
  for (let n = 0; n < 5; n += 1) listener.wake('relay')
  finish()
  await expect.poll(() => looks).toBe(2)
  expect(most).toBe(1)
})

test('a listener that fails once is called again by the next wake-up', async () => {
  let looks = 0
  listener.listen('reconcile', async () => {
    looks += 1
    if (looks === 1) throw new Error('database away')
  })
  listener.wake('reconcile')
  await expect.poll(() => looks).toBe(1)
  await new Promise(setImmediate)
  listener.wake('reconcile')
  await expect.poll(() => looks).toBe(2)
})
