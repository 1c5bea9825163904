import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database, Db } from '#core/postgres/db.ts'
import { evaluateOnce } from './evaluate-once.ts'
import { LeaseLost, letGo } from './lead.ts'
import { startTickLoop } from './tick-loop.ts'
import { MINUTE, openEngineWorld, ruleOf, type EngineWorld } from './testing/engine-world.ts'

let world: EngineWorld

beforeEach(async () => {
  world = await openEngineWorld()
})
afterEach(async () => {
  await world.close()
})

const FIRED = ['fired pager on_call', 'fired mail on_call']
const RESOLVED = ['resolved pager on_call', 'resolved mail on_call']

const rules = (...options: Parameters<typeof ruleOf>[2][]) => {
  world.parts.catalogue = options.map((one, place) => ruleOf(world.facts, `Rule${place + 1}`, one))
}

/** A process that died; the next one waits until its lease has stood still for long enough. */
const restart = async () => {
  const next = world.startEngine()
  await evaluateOnce(next)
  await world.later(15_000)
  expect((await evaluateOnce(next)).did).toBe('evaluated')
  return next
}

/** Fails at the nth statement of each commit; what reads is left alone. */
const dyingAt = (db: Database, nth: number): { readonly db: Database; readonly died: () => boolean } => {
  let died = false
  const counted = (own: Db): Db => {
    let statements = 0
    const count = () => {
      statements += 1
      if (statements < nth) return
      died = true
      throw new Error('killed')
    }
    return {
      ...own,
      run: async (...args) => {
        count()
        return own.run(...args)
      },
      first: async (...args) => {
        count()
        return own.first(...args)
      },
    }
  }
  const withTransaction: Database['withTransaction'] = async (work, isolation) =>
    db.withTransaction(async (own) => work(isolation === 'REPEATABLE READ' ? own : counted(own)), isolation)
  return { db: { ...db, withTransaction }, died: () => died }
}

test('row 12: an engine that is killed at any statement of its commit has told nothing, and the next one tells once', async () => {
  let statements = 0
  for (let nth = 1; ; nth += 1) {
    const rule = `Kill${nth}`
    world.parts.catalogue = [ruleOf(world.facts, rule)]
    const dying = dyingAt(world.deps.db, nth)
    const first = await restart()
    world.facts.set(rule, 11)
    await world.run(first, 5_000)
    await letGo(first)
    const engine = world.startEngine({ db: dying.db })
    await world.later(5_000)
    await evaluateOnce(engine).catch(() => undefined)
    if (!dying.died()) break
    statements = nth
    const of = async () => (await world.written()).filter((one) => one.rule === rule)
    expect(await of()).toEqual([])
    const next = await restart()
    await world.run(next, 30_000)
    expect((await of()).map(({ change, to }) => `${change} ${to}`)).toEqual(FIRED)
  }
  // Fence, states, incident, members, timeline, two notices' rows, evaluation.
  expect(statements).toBeGreaterThanOrEqual(7)
})

test('restart in every phase: pending, firing before and after its message, recovering', async () => {
  rules({ forMs: MINUTE, keepMs: 2 * MINUTE })
  world.facts.set('Rule1', 11)
  let engine = world.startEngine()
  await world.run(engine, 30_000)
  expect(await world.phaseOf('Rule1')).toBe('pending')
  engine = await restart()
  await world.run(engine, 10_000)
  // Half a minute before the restart and the wait for the lease count.
  await world.run(engine, 10_000)
  expect(await world.phaseOf('Rule1')).toBe('firing')
  engine = await restart()
  await world.run(engine, 5_000)
  expect(await world.lines()).toEqual(FIRED)
  engine = await restart()
  await world.run(engine, MINUTE)
  expect(await world.lines()).toEqual(FIRED)
  world.facts.set('Rule1', 2)
  await world.run(engine, 20_000)
  expect(await world.phaseOf('Rule1')).toBe('recovering')
  engine = await restart()
  await world.run(engine, 60_000)
  expect(await world.lines()).toEqual(FIRED)
  await world.run(engine, 30_000)
  expect(await world.lines()).toEqual([...FIRED, ...RESOLVED])
  engine = await restart()
  await world.run(engine, MINUTE)
  expect(await world.lines()).toHaveLength(4)
  expect(await world.incidents()).toHaveLength(1)
})

test('row 49: of two engines side by side one evaluates, and the other only when the first is gone', async () => {
  rules({})
  world.facts.set('Rule1', 11)
  const [one, other] = [world.startEngine(), world.startEngine()]
  const did: string[] = []
  for (let round = 0; round < 24; round += 1) {
    await world.later(5_000)
    const ticks = await Promise.all([evaluateOnce(one), evaluateOnce(other)])
    did.push(ticks.map((tick) => tick.did).join(' '))
  }
  expect(new Set(did).size).toBe(1)
  expect(await world.lines()).toEqual(FIRED)
  const standing = did[0]?.startsWith('evaluated') === true ? other : one
  for (const [ms, then] of [
    [5_000, 'stood_by'],
    [10_000, 'stood_by'],
    [5_000, 'evaluated'],
  ] as const) {
    await world.later(ms)
    expect((await evaluateOnce(standing)).did).toBe(then)
  }
})

test('row 49: many engines that start together elect one', async () => {
  rules({})
  const engines = Array.from({ length: 8 }, () => world.startEngine())
  const ticks = await Promise.all(engines.map(async (engine) => evaluateOnce(engine)))
  expect(ticks.filter(({ did }) => did === 'evaluated')).toHaveLength(1)
})

test('row 48: a leader that hangs while it evaluates tells nothing when it wakes up, for another has told', async () => {
  rules({})
  world.facts.set('Rule1', 11)
  let wake = (): void => undefined
  const hanging = world.startEngine(
    {},
    {
      compose: async (deps, input) => {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        // The whole process stood still: its own time-outs come after its work.
        return compose(deps, input)
      },
    },
  )
  const { compose } = world.startEngine()
  await world.run(hanging, 5_000)
  await world.later(5_000)
  // Its machine time stands still with it; only the others' goes on.
  const stoppedMs = hanging.deps.env.machine.nowMs()
  const machine = { nowMs: () => stoppedMs, sleep: async () => new Promise<void>(() => undefined) }
  const still = { ...hanging, deps: { ...hanging.deps, env: { ...hanging.deps.env, machine } } }
  const hung = evaluateOnce(still)
  const next = await restart()
  await world.run(next, 10_000)
  expect(await world.lines()).toEqual(FIRED)
  wake()
  await expect(hung).rejects.toBeInstanceOf(LeaseLost)
  expect(await world.lines()).toEqual(FIRED)
  expect((await evaluateOnce(hanging)).did).toBe('stood_by')
})

test('an engine that is stopped lets go, and the next one need not wait', async () => {
  rules({})
  const first = world.startEngine()
  await evaluateOnce(first)
  await letGo(first)
  expect((await evaluateOnce(world.startEngine())).did).toBe('evaluated')
})

test.each([
  ['forwards', 3_600_000],
  ['back', -3_600_000],
])(
  'row 53: a clock that is set an hour %s neither fires nor resolves, and the lease stays',
  async (_, ms) => {
    rules({ forMs: 10 * MINUTE }, { keepMs: 10 * MINUTE }, {})
    for (const rule of ['Rule1', 'Rule2', 'Rule3']) world.facts.set(rule, 11)
    const [engine, other] = [world.startEngine(), world.startEngine()]
    await world.run(engine, MINUTE)
    world.facts.set('Rule2', 3)
    await world.run(engine, MINUTE)
    await evaluateOnce(other)
    const before = await world.lines()
    const phases = async () =>
      Promise.all(['Rule1', 'Rule2', 'Rule3'].map(async (rule) => world.phaseOf(rule)))
    expect(await phases()).toEqual(['pending', 'recovering', 'firing'])
    world.setBy(ms)
    await world.run(engine, MINUTE)
    expect((await evaluateOnce(other)).did).toBe('stood_by')
    expect(await phases()).toEqual(['pending', 'recovering', 'firing'])
    // Nobody is told further either: three of five minutes have passed since the message.
    expect(await world.lines()).toEqual(before)
    await world.run(engine, 7 * MINUTE)
    expect(await phases()).toEqual(['pending', 'recovering', 'firing'])
    await world.run(engine, 2 * MINUTE)
    expect(await phases()).toEqual(['firing', 'inactive', 'firing'])
  },
)

test('row 53: a clock that is set back neither revives nor prolongs the lease of a dead leader', async () => {
  rules({})
  const [dead, next] = [world.startEngine(), world.startEngine()]
  await evaluateOnce(dead)
  await evaluateOnce(next)
  world.setBy(-86_400_000)
  await world.later(15_000)
  expect((await evaluateOnce(next)).did).toBe('evaluated')
})

test('row 53: a clock that is set while the leader dies is seen by whoever takes over', async () => {
  rules({ forMs: 10 * MINUTE })
  world.facts.set('Rule1', 11)
  const [dead, next] = [world.startEngine(), world.startEngine()]
  for (let round = 0; round < 6; round += 1) {
    await world.run(dead, 5_000)
    await evaluateOnce(next)
  }
  world.setBy(3_600_000)
  for (let round = 0; round < 4; round += 1) {
    await world.later(5_000)
    await evaluateOnce(next)
  }
  expect(await world.phaseOf('Rule1')).toBe('pending')
})

test('row 45: while ClickHouse is down its rules keep what they have, raise nothing and are counted; the others go on', async () => {
  rules({}, {}, {})
  world.facts.set('Rule1', 11)
  const engine = world.startEngine()
  await world.run(engine, 10_000)
  for (const rule of ['Rule1', 'Rule2']) world.facts.set(rule, new Error('connect ECONNREFUSED'))
  world.facts.set('Rule3', 11)
  await world.run(engine, 20 * MINUTE)
  const open = (await world.incidents()).map(({ rule, resolved_at }) => [rule, resolved_at])
  expect(open).toEqual([
    ['Rule1', null],
    ['Rule3', null],
  ])
  const states = await world.deps.db.rows('SELECT rule, phase, failing FROM alert_states ORDER BY rule')
  expect(states).toEqual([
    { rule: 'Rule1', phase: 'firing', failing: 240 },
    { rule: 'Rule2', phase: 'inactive', failing: 240 },
    { rule: 'Rule3', phase: 'firing', failing: 0 },
  ])
  for (const rule of ['Rule1', 'Rule2']) world.facts.set(rule, 1)
  await world.run(engine, 6 * MINUTE)
  const [first] = await world.incidents()
  expect(first?.resolved_at).not.toBeNull()
  expect(await world.deps.db.rows('SELECT 1 FROM alert_states WHERE failing > 0')).toEqual([])
})

test('a measure that hangs fails alone after four seconds, and is not asked again while it hangs', async () => {
  rules({}, {})
  world.facts.set('Rule1', 'hangs')
  world.facts.set('Rule2', 11)
  const engine = world.startEngine()
  for (let round = 0; round < 3; round += 1) {
    let isOver = false
    const ticking = evaluateOnce(engine).finally(() => {
      isOver = true
    })
    // The first time it is waited for; from then on it is known to hang.
    while (round === 0 && !isOver && world.base.env.sleepers() === 0) await new Promise(setImmediate)
    await world.later(5_000)
    expect(await ticking).toMatchObject({ did: 'evaluated', blind: ['Rule1'] })
  }
  expect(world.facts.asked.filter((name) => name === 'Rule1')).toHaveLength(1)
  expect(await world.phaseOf('Rule2')).toBe('firing')
})

test('while Postgres is down evaluations fail and are counted, and go on by themselves afterwards', async () => {
  rules({})
  world.facts.set('Rule1', 11)
  let isDown = false
  const down = async () => Promise.reject(new Error('connect ECONNREFUSED'))
  const { db } = world.deps
  const flaky: Database = {
    ...db,
    first: async (...args) => (isDown ? down() : db.first(...args)),
    withTransaction: async (...args) => (isDown ? down() : db.withTransaction(...args)),
  }
  const turns: string[] = []
  const loop = startTickLoop(world.startEngine({ db: flaky }), { onTurn: (turn) => turns.push(turn) })
  const turn = async (count: number) => {
    for (const until = turns.length + count; turns.length < until; await new Promise(setImmediate))
      if (world.base.env.sleepers() > 0) await world.later(5_000)
  }
  await turn(1)
  isDown = true
  await turn(3)
  isDown = false
  await turn(3)
  await loop.stop()
  expect(turns.slice(0, 7)).toEqual([
    'evaluated',
    'failed',
    'failed',
    'failed',
    'evaluated',
    'evaluated',
    'evaluated',
  ])
  expect(await world.lines()).toEqual(FIRED)
})

test('while the clock races nothing is evaluated, and the first evaluation afterwards is an ordinary one', async () => {
  rules({})
  world.facts.set('Rule1', 11)
  const engine = world.startEngine()
  await world.run(engine, 10_000)
  expect(await world.lines()).toEqual(FIRED)
  const turns: string[] = []
  const loop = startTickLoop(engine, { onTurn: (turn) => turns.push(turn) })
  const until = async (last: string) => {
    while (turns.at(-1) !== last) {
      if (world.base.env.sleepers() > 0) await world.later(5_000)
      await new Promise(setImmediate)
    }
  }
  world.setSteady(false)
  await until('unsteady')
  world.setBy(30 * 86_400_000)
  world.setSteady(true)
  await until('evaluated')
  await loop.stop()
  // A month of the sandbox is no month in which nobody came.
  expect(await world.lines()).toEqual(FIRED)
})

test('a notice that cannot be composed, or not in time, goes without its cause', async () => {
  rules({})
  world.facts.set('Rule1', 11)
  const engine = world.startEngine({}, { compose: async () => Promise.reject(new Error('no')) })
  await world.run(engine, 10_000)
  expect(await world.lines()).toEqual(FIRED)
  const row = await world.deps.db.first<{ headline: string }>(
    "SELECT notice -> 'alert' ->> 'headline' AS headline FROM alert_deliveries LIMIT 1",
  )
  expect(row).toEqual({ headline: '11 of at most 10' })
})
