import { afterEach, describe, expect, it } from 'vitest'
import { controlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { drive } from './follower.ts'
import type { Driver } from './follower.ts'
import { fakeSandbox } from './testing/fake-sandbox.ts'
import type { FakeSandbox } from './testing/fake-sandbox.ts'
import { realEnv } from './testing/test-env.ts'

const startMs = Date.parse('2016-10-30T00:00:00Z')
const minute = 60_000

describe('the driver of the clock', () => {
  let sandbox: FakeSandbox
  let stop = new AbortController()
  afterEach(() => sandbox.close())

  const driveOn = async <T>(
    made: FakeSandbox,
    work: (driver: Driver, control: ControlPlane) => Promise<T>,
    patienceMs = 5_000,
  ): Promise<T> => {
    sandbox = made
    stop = new AbortController()
    const shared = { env: realEnv(), signal: stop.signal, patienceMs }
    const control = controlPlane({ url: sandbox.url, ...shared })
    return drive({ name: 'test', control, ...shared }, (driver) => work(driver, control))
  }

  it('jumps from wait to wait in max, and stands still in between', async () => {
    const seen = await driveOn(await fakeSandbox(startMs), async (driver, control) => {
      await control.setClock({ speed: 'max' })
      const stops: number[] = []
      for (const at of [startMs + 5 * minute, startMs + 5 * minute, startMs + 90 * minute]) {
        await driver.reach(at)
        stops.push(driver.nowMs())
      }
      return stops
    })
    expect(seen).toEqual([startMs + 5 * minute, startMs + 5 * minute, startMs + 90 * minute])
    expect(sandbox.jumps).toEqual([startMs + 5 * minute, startMs + 90 * minute])
  })

  it('lets the worker go only after everyone has heard of the jump', async () => {
    await driveOn(await fakeSandbox(startMs), async (driver, control) => {
      await control.setClock({ speed: 'max' })
      await driver.reach(startMs + minute)
    })
    // Two quiet rounds led to the jump; a third, answered at the new instant by all, came before the work.
    const due = { quiet: true, next_due_ms: startMs + minute }
    expect(sandbox.answers.slice(0, 3)).toMatchObject([due, due, due])
    expect(sandbox.jumps).toEqual([startMs + minute])
  })

  it('goes on without the others when no round comes', async () => {
    const env = realEnv()
    await driveOn(await fakeSandbox(startMs), async (driver, control) => {
      await control.setClock({ speed: 'max' })
      await driver.reach(startMs + minute)
      sandbox.opensRounds = false
      const reached = driver.reach(startMs + 2 * minute)
      await control.setClock({ now: new Date(startMs + 3 * minute).toISOString() })
      const beganMs = env.machine.nowMs()
      await reached
      expect(env.machine.nowMs() - beganMs).toBeLessThan(4_000)
    })
  })

  it('is not quiet while it works, even when it works for long', async () => {
    const env = realEnv()
    await driveOn(await fakeSandbox(startMs), async (driver, control) => {
      await control.setClock({ speed: 'max' })
      await driver.reach(startMs + minute)
      // Longer than a follower may keep a round waiting.
      await env.machine.wait(2_700)
      expect(sandbox.nowMs()).toBe(startMs + minute)
      await driver.reach(startMs + 2 * minute)
    })
    const working = sandbox.answers.filter((answer) => !answer.quiet)
    expect(working.length).toBeGreaterThan(0)
    expect(working.every((answer) => answer.next_due_ms === null)).toBe(true)
    expect(sandbox.jumps).toEqual([startMs + minute, startMs + 2 * minute])
  })

  it('tells the next due moment with a quiet answer, and another activity after each piece of work', async () => {
    await driveOn(await fakeSandbox(startMs), async (driver, control) => {
      await control.setClock({ speed: 'max' })
      await driver.reach(startMs + minute)
      await driver.reach(startMs + 2 * minute)
    })
    const quiet = sandbox.answers.filter((answer) => answer.quiet)
    const told = new Map(quiet.map((answer) => [answer.activity, answer.next_due_ms]))
    expect([...told.values()]).toEqual([startMs + minute, startMs + 2 * minute])
  })

  it('stops at until and hears that the clock stands', async () => {
    const until = startMs + 30 * minute
    await driveOn(await fakeSandbox(startMs), async (driver, control) => {
      const { version } = await control.setClock({ speed: 'max', until: new Date(until).toISOString() })
      driver.rest()
      await driver.until((clock) => clock.version >= version && clock.speed !== 'max')
      expect(driver.nowMs()).toBe(until)
      expect(driver.speed()).toBe(0)
    })
  })

  it('reaches a moment at a given speed by machine time', async () => {
    const env = realEnv()
    const beganMs = env.machine.nowMs()
    await driveOn(await fakeSandbox(startMs), async (driver, control) => {
      await control.setClock({ speed: 600 })
      await driver.until((clock) => clock.speed === 600)
      await driver.reach(startMs + minute)
      expect(driver.nowMs()).toBeGreaterThanOrEqual(startMs + minute)
    })
    expect(env.machine.nowMs() - beganMs).toBeGreaterThanOrEqual(90)
  })

  it('goes on after a sandbox that was away for a moment', async () => {
    await driveOn(await fakeSandbox(startMs), async (driver, control) => {
      await control.setClock({ speed: 'max' })
      await driver.reach(startMs + minute)
      sandbox.refusePolls = 2
      await driver.reach(startMs + 2 * minute)
    })
    expect(sandbox.jumps).toEqual([startMs + minute, startMs + 2 * minute])
  })

  it('fails when the sandbox stays away', async () => {
    const driven = driveOn(
      await fakeSandbox(startMs),
      async (driver) => {
        await sandbox.close()
        await driver.reach(startMs + minute)
      },
      300,
    )
    await expect(driven).rejects.toThrow(/clock\/follow/)
  })

  it('ends at once when it is stopped', async () => {
    const driven = driveOn(await fakeSandbox(startMs), async (driver) => {
      stop.abort()
      await driver.reach(startMs + minute)
    })
    await expect(driven).rejects.toThrow('stopped')
  })
})
