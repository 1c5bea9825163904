import { expect, test } from 'vitest'
import { followClock } from './clock-follower.ts'
import { manualEnv } from './testing/manual-env.ts'

interface Asked {
  readonly seen: number
  readonly answer?: { round: number; quiet: boolean; activity: string; next_due_ms: number | null }
}

/** A control plane that answers from a list, one state per poll, and then holds the poll. */
const scripted = (states: object[]) => {
  const asked: Asked[] = []
  let settle: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    settle = resolve
  })
  const answer = (url: URL, init?: RequestInit): Promise<Response> => {
    if (url.pathname === '/_sandbox/clock')
      return Promise.resolve(Response.json({ version: 1, now_ms: 1_000, speed: 'max' }))
    asked.push(JSON.parse(String(init?.body)) as Asked)
    const next = states.shift()
    if (next) return Promise.resolve(Response.json(next))
    settle()
    return new Promise((_, reject) =>
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
    )
  }
  const fetchScript: typeof fetch = (input, init) => answer(new URL(String(input)), init)
  return { fetch: fetchScript, asked, done }
}

const follow = async (states: object[]) => {
  const env = manualEnv()
  const plane = scripted(states)
  const moves: number[] = []
  const errors: unknown[] = []
  const follower = await followClock({
    sandboxUrl: 'http://sandbox',
    follower: 'me',
    machine: env.machine,
    fetch: plane.fetch,
    onMove: async (now) => void moves.push(now.getTime()),
    askQuiet: async () => ({ quiet: true, activity: `${moves.length}`, nextDue: new Date(9_000) }),
    onError: (error) => errors.push(error),
  })
  return { env, plane, moves, errors, follower }
}

test('a jump is followed before the question that comes with it is answered', async () => {
  const { plane, moves, follower, errors } = await follow([
    { version: 2, now_ms: 5_000, speed: 'max', round: null },
    { version: 3, now_ms: 7_000, speed: 'max', round: 4 },
  ])
  follower.start()
  await plane.done
  await follower.stop()
  expect(errors).toEqual([])
  expect(moves).toEqual([5_000, 7_000])
  expect(plane.asked.map(({ seen, answer }) => ({ seen, answer }))).toEqual([
    { seen: 0, answer: undefined },
    { seen: 2, answer: undefined },
    { seen: 3, answer: { round: 4, quiet: true, activity: '2', next_due_ms: 9_000 } },
  ])
})

test('in max the clock stands while machine time passes', async () => {
  const { env, follower } = await follow([])
  await env.passMachine(60_000)
  expect(follower.clock.now().getTime()).toBe(1_000)
})

test('at a speed the clock runs with machine time and never goes back', async () => {
  const { env, plane, follower } = await follow([
    { version: 2, now_ms: 10_000, speed: 60, round: null },
    { version: 3, now_ms: 9_000, speed: 60, round: null },
  ])
  follower.start()
  await plane.done
  expect(follower.clock.now().getTime()).toBe(10_000)
  await env.passMachine(1_000)
  expect(follower.clock.now().getTime()).toBe(70_000)
  await follower.stop()
})
