import { expect, test } from 'vitest'
import type { Answer, News, Role } from './followers.ts'
import { Coordinator } from './coordinator.ts'

const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

/** A sandbox of one clock and a list of due moments, on machine time that a test moves by hand. */
const setUp = (options: { until?: number | null; due?: number[] } = {}) => {
  const timers = new Set<{ at: number; job: () => void }>()
  let machineNow = 0
  const machine = {
    wall: () => machineNow,
    monotonic: () => machineNow,
    timer: (ms: number, job: () => void) => {
      const timer = { at: machineNow + ms, job }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  const world = { quiet: true, calls: 0, due: options.due ?? [], stands: 0, jumps: [] as number[] }
  const time = { now: 0, speed: 'max' as 'max' | number, until: options.until ?? null, version: 1 }
  const coordinator: Coordinator = new Coordinator({
    machine,
    clock: {
      now: () => time.now,
      get speed() {
        return time.speed
      },
      get until() {
        return time.until
      },
      get version() {
        return time.version
      },
    },
    isQuiet: () => world.quiet,
    callCount: () => world.calls,
    nextDue: () => world.due[0] ?? null,
    jump: (toMs) => {
      time.now = toMs
      time.version += 1
      world.jumps.push(toMs)
      world.due = world.due.filter((due) => due > toMs)
    },
    stand: () => {
      time.speed = 0
      time.version += 1
      world.stands += 1
      coordinator.announce()
      coordinator.poke()
    },
  })
  const run = async (ms: number) => {
    const end = machineNow + ms
    for (;;) {
      await settled()
      const next = [...timers].sort((a, b) => a.at - b.at)[0]
      if (!next || next.at > end) break
      machineNow = next.at
      timers.delete(next)
      next.job()
    }
    machineNow = end
    await settled()
  }
  return { coordinator, world, time, run }
}

type Behaviour = (news: News) => Partial<Answer> | null

/** A follower that polls again at once and answers each round as told; null makes it silent. */
const follow = (coordinator: Coordinator, name: string, role: Role, behave: Behaviour) => {
  const state = { stopped: false, rounds: 0 }
  const loop = async () => {
    let news: News = await coordinator.follow({ follower: name, role, seen: 0 })
    while (!state.stopped) {
      const answer = news.round === null ? undefined : behave(news)
      if (answer === null) return
      const full = answer && {
        round: news.round ?? 0,
        quiet: true,
        activity: '',
        next_due_ms: null,
        ...answer,
      }
      if (full) state.rounds += 1
      news = await coordinator.follow({ follower: name, role, seen: news.version, answer: full })
    }
  }
  void loop()
  return state
}

test('jumps from due moment to due moment and stands at until', async () => {
  const { coordinator, world, time, run } = setUp({ until: 1_000, due: [100, 250] })
  follow(coordinator, 'p', 'platform', ({ now_ms }) => ({ next_due_ms: now_ms < 400 ? 400 : null }))
  await run(50)
  expect(world.jumps).toEqual([100, 250, 400, 1_000])
  expect(time).toMatchObject({ now: 1_000, speed: 0 })
})

test('does not jump beyond until, also when more is due behind it', async () => {
  const { coordinator, world, time, run } = setUp({ until: 500, due: [100, 501] })
  follow(coordinator, 'p', 'platform', () => ({}))
  await run(50)
  expect(world.jumps).toEqual([100, 500])
  expect(time).toMatchObject({ now: 500, speed: 0 })
})

test('needs two quiet rounds for each jump', async () => {
  const { coordinator, world, run } = setUp({ until: 500, due: [100] })
  const platform = follow(coordinator, 'p', 'platform', () => ({}))
  await run(50)
  expect(world.jumps).toEqual([100, 500])
  expect(platform.rounds).toBe(4)
})

test('does not move while a follower is busy', async () => {
  const { coordinator, world, run } = setUp({ until: 500, due: [100] })
  let busy = true
  follow(coordinator, 'p', 'platform', () => ({ quiet: !busy }))
  follow(coordinator, 'q', 'platform', () => ({}))
  await run(100)
  expect(world.jumps).toEqual([])
  busy = false
  await run(100)
  expect(world.jumps).toEqual([100, 500])
})

test('does not move when a follower worked between the rounds', async () => {
  const { coordinator, world, run } = setUp({ until: 500, due: [100] })
  const roundsAtJump: number[] = []
  const platform = follow(coordinator, 'p', 'platform', () => {
    if (world.jumps.length > roundsAtJump.length) roundsAtJump.push(platform.rounds)
    return { activity: String(Math.min(platform.rounds, 5)) }
  })
  await run(50)
  // Activity changes with each of the first six rounds; only the seventh finds it as it was.
  expect(roundsAtJump).toEqual([7])
  expect(world.jumps).toEqual([100, 500])
})

test('does not move when a call came in between the rounds', async () => {
  const { coordinator, world, run } = setUp({ until: 500, due: [100] })
  const platform = follow(coordinator, 'p', 'platform', () => {
    if (platform.rounds < 3) world.calls += 1
    return {}
  })
  await run(50)
  expect(platform.rounds).toBeGreaterThanOrEqual(5)
  expect(world.jumps).toEqual([100, 500])
})

test('waits until calls and due deliveries of the sandbox are done', async () => {
  const { coordinator, world, run } = setUp({ until: 500, due: [100] })
  world.quiet = false
  follow(coordinator, 'p', 'platform', () => ({}))
  await run(100)
  expect(world.jumps).toEqual([])
  world.quiet = true
  coordinator.poke()
  await run(5)
  expect(world.jumps).toEqual([100, 500])
})

test('waits for a platform although a driver is there', async () => {
  const { coordinator, world, run } = setUp({ due: [100] })
  follow(coordinator, 'd', 'driver', () => ({}))
  await run(3_000)
  expect(world.jumps).toEqual([])
  follow(coordinator, 'p', 'platform', () => ({}))
  await run(100)
  expect(world.jumps).toEqual([100])
})

test('drops a follower that is silent for five seconds', async () => {
  const { coordinator, world, run } = setUp({ until: 500, due: [100] })
  follow(coordinator, 'p', 'platform', () => ({}))
  follow(coordinator, 'gone', 'platform', () => null)
  await run(4_000)
  expect(world.jumps).toEqual([])
  await run(3_000)
  expect(world.jumps).toEqual([100, 500])
})

test('stands when the driver left and no until was set', async () => {
  const { coordinator, world, time, run } = setUp({ due: [] })
  const driver = follow(coordinator, 'd', 'driver', ({ now_ms }) =>
    now_ms >= 30 ? null : { next_due_ms: now_ms + 10 },
  )
  follow(coordinator, 'p', 'platform', () => ({}))
  await run(20_000)
  expect(driver.rounds).toBe(6)
  expect(world.jumps).toEqual([10, 20, 30])
  expect(time.speed).toBe(0)
})

test('takes an answer about an older version for not quiet', async () => {
  const { coordinator, world, time, run } = setUp({ until: 500, due: [100] })
  let news = await coordinator.follow({ follower: 'p', role: 'platform', seen: 0 })
  expect(news).toMatchObject({ version: 1, round: 1 })
  time.version = 2
  const answer = { round: news.round ?? 0, quiet: true, activity: '', next_due_ms: null }
  news = await coordinator.follow({ follower: 'p', role: 'platform', seen: 1, answer })
  expect(news.version).toBe(2)
  await run(5)
  expect(world.jumps).toEqual([])
  // The next round is the first quiet one about this version; one is not enough.
  const asked = await coordinator.follow({ follower: 'p', role: 'platform', seen: 2 })
  const quiet = { ...answer, round: asked.round ?? 0 }
  void coordinator.follow({ follower: 'p', role: 'platform', seen: 2, answer: quiet })
  await run(1)
  expect(world.jumps).toEqual([])
})

test('holds a poll without news for ten seconds', async () => {
  const { coordinator, time, run } = setUp()
  time.speed = 1
  let news: News | null = null
  void coordinator.follow({ follower: 'p', role: 'platform', seen: 1 }).then((found) => (news = found))
  await run(9_999)
  expect(news).toBeNull()
  await run(2)
  expect(news).toMatchObject({ version: 1, round: null })
})
