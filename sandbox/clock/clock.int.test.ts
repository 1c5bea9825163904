import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSandbox } from '../app.ts'
import { machineEnv } from '../env.ts'
import { dropFolder, newFolder } from '../testing/start.ts'

let dir: string
const machine = { wall: 0, monotonic: 0 }
beforeEach(() => {
  dir = newFolder()
  machine.wall = Date.parse('2026-01-01T00:00:00Z')
  machine.monotonic = 1_000
})
afterEach(() => dropFolder(dir))

const pass = (ms: number): void => {
  machine.wall += ms
  machine.monotonic += ms
}

const open = (startMs: number | null = null) =>
  createSandbox(
    {
      ...machineEnv(),
      machine: {
        wall: () => machine.wall,
        monotonic: () => machine.monotonic,
        timer: () => () => undefined,
      },
    },
    { dir, startMs, country: 'GB', currency: 'gbp', timezone: 'Europe/London', settleLagMs: 30_000 },
  )

/** Waits until the lines are in the file, as a moment of machine time does; no `stop`, as after kill -9. */
const crash = (sandbox: ReturnType<typeof open>) => sandbox.store.durable()

test.each([1, 60, 10_000])('never goes back over a kill -9 at speed %d', async (speed) => {
  const first = open(Date.parse('2016-10-31T00:00:00Z'))
  first.setClock({ speed })
  let shown = 0
  for (let second = 0; second < 30; second += 1) {
    pass(700)
    shown = first.clock.now()
  }
  expect(shown).toBe(Date.parse('2016-10-31T00:00:00Z') + 21_000 * speed)
  await crash(first)
  machine.monotonic = 5
  const second = open()
  expect(second.clock.now()).toBeGreaterThanOrEqual(shown)
  // ... and skips no more than what was kept in reserve.
  expect(second.clock.now()).toBeLessThanOrEqual(shown + 5_000 * speed)
  await second.stop()
  await first.stop()
})

test('goes on exactly where it stood after an orderly end', async () => {
  const first = open(Date.parse('2016-10-31T00:00:00Z'))
  first.setClock({ speed: 60 })
  pass(3_000)
  await first.stop()
  const second = open()
  expect(second.clock.now()).toBe(Date.parse('2016-10-31T00:03:00Z'))
  expect(second.clock.speed).toBe(60)
  await second.stop()
})

test('runs on beside the machine when it is ahead of it, and does not go back when the machine does', async () => {
  const sandbox = open()
  sandbox.setClock({ now: machine.wall + 86_400_000, speed: 'machine' })
  const ahead = sandbox.clock.now()
  pass(4_000)
  expect(sandbox.clock.now()).toBe(ahead + 4_000)
  await crash(sandbox)
  const again = open()
  expect(again.clock.now()).toBeGreaterThanOrEqual(ahead + 4_000)
  const before = again.clock.now()
  machine.wall -= 3_600_000
  pass(1_000)
  expect(again.clock.now()).toBe(before + 1_000)
  await again.stop()
  await sandbox.stop()
})

test('shows machine time otherwise, and writes nothing while it only does that', async () => {
  const sandbox = open()
  let writes = 0
  sandbox.store.onCommit(() => (writes += 1))
  for (let minute = 0; minute < 60; minute += 1) {
    pass(60_000)
    expect(sandbox.clock.now()).toBe(machine.wall)
  }
  expect(writes).toBe(0)
  await sandbox.stop()
})

const ask = async (sandbox: ReturnType<typeof open>, change: object) => {
  const init = { method: 'POST', body: JSON.stringify(change) }
  const response = await sandbox.app.fetch(new Request('http://x/_sandbox/clock', init))
  return [response.status, (await response.json()) as Record<string, unknown>] as const
}

test('stands at once when fast time should end in the past, and forgets a limit that has passed', async () => {
  const sandbox = open(Date.parse('2016-10-31T00:00:00Z'))
  const [status, over] = await ask(sandbox, { speed: 'max', until: '2016-10-30T00:00:00Z' })
  expect([status, over.speed]).toEqual([200, 0])
  await ask(sandbox, { speed: 0, until: '2016-11-01T00:00:00Z' })
  await ask(sandbox, { now: '2016-11-02T00:00:00Z' })
  expect(sandbox.clock.until).toBeNull()
  await sandbox.stop()
})

test('refuses an instant from which no one could bring it back', async () => {
  const sandbox = open()
  for (const change of [{ now: 8.63e15 }, { speed: 'max', until: 8.63e15 }])
    expect((await ask(sandbox, change))[0]).toBe(400)
  await sandbox.stop()
})

test('is not moved by a line that a former process wrote while it was ending', async () => {
  const first = open(Date.parse('2016-10-31T00:00:00Z'))
  first.setClock({ speed: 0 })
  await crash(first)
  const second = open()
  second.setClock({ now: Date.parse('2016-11-05T00:00:00Z') })
  await crash(second)
  await first.stop()
  const third = open()
  expect(third.clock.now()).toBe(Date.parse('2016-11-05T00:00:00Z'))
  await third.stop()
  await second.stop()
})
