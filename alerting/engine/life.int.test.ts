import { afterEach, beforeEach, expect, test } from 'vitest'
import { MINUTE, openEngineWorld, ruleOf, type EngineWorld } from './testing/engine-world.ts'
import type { Engine } from './engine.ts'
import { tidy } from './tidy.ts'

let world: EngineWorld
let engine: Engine

beforeEach(async () => {
  world = await openEngineWorld()
})
afterEach(async () => {
  await world.close()
})

const start = (...rules: Parameters<typeof ruleOf>[2][]) => {
  world.parts.catalogue = rules.map((options, place) => ruleOf(world.facts, `Rule${place + 1}`, options))
  engine = world.startEngine()
}

test('a breach is told once, and its end once to everybody who was told', async () => {
  start({})
  world.facts.set('Rule1', 11)
  await world.run(engine, 2 * MINUTE)
  expect(await world.lines()).toEqual(['fired pager on_call', 'fired mail on_call'])
  world.facts.set('Rule1', 10)
  await world.run(engine, 10 * MINUTE)
  expect(await world.lines()).toEqual([
    'fired pager on_call',
    'fired mail on_call',
    'resolved pager on_call',
    'resolved mail on_call',
  ])
  const [incident, ...others] = await world.incidents()
  expect(others).toEqual([])
  expect(incident).toMatchObject({ resolved_by: 'auto', severity: 'critical', key: 'acct_test-test:Rule1' })
})

test('a message goes two evaluations after the breach: a cause that fires a moment later still mutes it', async () => {
  start({})
  world.facts.set('Rule1', 11)
  await world.run(engine, 5_000)
  expect(await world.lines()).toEqual([])
  await world.run(engine, 5_000)
  expect(await world.lines()).toHaveLength(2)
})

test('an evaluation that comes a moment early does not cost its message another five seconds', async () => {
  start({})
  world.facts.set('Rule1', 11)
  await world.tick(engine)
  await world.later(4_998)
  await world.tick(engine)
  expect(await world.lines()).toHaveLength(2)
})

test('what is over before anybody would be told is told to nobody', async () => {
  start({})
  world.facts.set('Rule1', 11)
  await world.run(engine, 5_000)
  world.facts.set('Rule1', 3)
  await world.run(engine, 6 * MINUTE)
  expect(await world.incidents()).toEqual([])
})

test('a breach that does not last as long as its rule says fires nothing', async () => {
  start({ forMs: MINUTE })
  world.facts.set('Rule1', 11)
  await world.run(engine, 55_000)
  expect(await world.phaseOf('Rule1')).toBe('pending')
  world.facts.set('Rule1', 9)
  await world.run(engine, 5_000)
  world.facts.set('Rule1', 11)
  await world.run(engine, 60_000)
  expect(await world.incidents()).toEqual([])
  await world.run(engine, 10_000)
  expect(await world.incidents()).toHaveLength(1)
})

test('an alert that comes and goes is one incident: it resolves only when its absence lasts', async () => {
  start({})
  for (const value of [11, 9, 12, 8, 11, 3]) {
    world.facts.set('Rule1', value)
    await world.run(engine, 4 * MINUTE)
  }
  expect(await world.incidents()).toHaveLength(1)
  await world.run(engine, 2 * MINUTE)
  const lines = await world.lines()
  expect(lines.filter((line) => line.startsWith('resolved mail on_call'))).toHaveLength(1)
  expect(await world.timeline((await world.incidents())[0]?.id ?? '')).not.toContain('joined')
})

test.each(['no_data', 'too_few'] as const)('%s neither fires nor resolves', async (nothing) => {
  start({})
  world.facts.set('Rule1', nothing)
  await world.run(engine, MINUTE)
  expect(await world.incidents()).toEqual([])
  world.facts.set('Rule1', 11)
  await world.run(engine, 10_000)
  world.facts.set('Rule1', nothing)
  await world.run(engine, 60 * MINUTE)
  expect((await world.incidents()).map(({ resolved_at }) => resolved_at)).toEqual([null])
})

test('too small a sample is not missing data, and no data is counted', async () => {
  start({}, {})
  world.facts.set('Rule1', 'too_few')
  world.facts.set('Rule2', 'no_data')
  await world.run(engine, 20_000)
  const rows = await world.deps.db.rows('SELECT rule, missing, failing FROM alert_states ORDER BY rule')
  expect(rows).toEqual([{ rule: 'Rule2', missing: 4, failing: 0 }])
})

test('a store that is seen no more is over or kept, as its rule says', async () => {
  start({ whenGone: 'quiet' }, { whenGone: 'no_data' })
  for (const rule of ['Rule1', 'Rule2']) world.facts.set(rule, [{ labels: { store: 'bakery' }, value: 11 }])
  await world.run(engine, 10_000)
  for (const rule of ['Rule1', 'Rule2']) world.facts.set(rule, [])
  await world.run(engine, 6 * MINUTE)
  const ended = Object.fromEntries(
    (await world.incidents()).map(({ rule, resolved_at }) => [rule, resolved_at !== null]),
  )
  expect(ended).toEqual({ Rule1: true, Rule2: false })
})

test('alerts of one rule share an incident, and its timeline says who came and went', async () => {
  start({ whenGone: 'quiet', keepMs: MINUTE })
  const at = (...stores: string[]) =>
    world.facts.set(
      'Rule1',
      stores.map((store) => ({ labels: { store }, value: 11 })),
    )
  at('bakery')
  await world.run(engine, 10_000)
  at('bakery', 'kiosk')
  await world.run(engine, 10_000)
  at('kiosk')
  await world.run(engine, 2 * MINUTE)
  const [incident] = await world.incidents()
  expect(await world.timeline(incident?.id ?? '')).toEqual(['opened', 'told', 'joined', 'left'])
  expect(await world.lines()).toEqual(['fired pager on_call', 'fired mail on_call'])
  at()
  await world.run(engine, 2 * MINUTE)
  expect(await world.timeline(incident?.id ?? '')).toEqual([
    'opened',
    'told',
    'joined',
    'left',
    'resolved',
    'told',
  ])
})

test('a rule that groups by store has an incident for each', async () => {
  start({ groupBy: ['store'] })
  world.facts.set('Rule1', [
    { labels: { store: 'bakery', method: 'card' }, value: 11 },
    { labels: { store: 'bakery', method: 'cash' }, value: 11 },
    { labels: { store: 'kiosk', method: 'card' }, value: 11 },
  ])
  await world.run(engine, 10_000)
  const keys = (await world.incidents()).map(({ key, labels }) => [key, labels])
  expect(keys.sort()).toEqual([
    ['acct_test-test:Rule1:store=bakery', { store: 'bakery' }],
    ['acct_test-test:Rule1:store=kiosk', { store: 'kiosk' }],
  ])
})

test('a rule that is taken out of the catalogue ends with its incident, and everybody hears so', async () => {
  start({})
  world.facts.set('Rule1', 11)
  await world.run(engine, 10_000)
  const shorter = world.startEngine({}, { catalogue: [] })
  await world.later(20_000)
  await world.tick(shorter)
  await world.later(20_000)
  await world.tick(shorter)
  expect((await world.lines()).slice(2)).toEqual(['resolved pager on_call', 'resolved mail on_call'])
})

test('a measure is asked once however many rules share it', async () => {
  const measure = world.facts.measure('shared')
  world.parts.catalogue = ['One', 'Two'].map((name) => ({ ...ruleOf(world.facts, name), measure }))
  await world.tick(world.startEngine())
  expect(world.facts.asked).toEqual(['shared'])
})

test('what was seen is stored: whatever is not quiet with each evaluation, the rest once a minute', async () => {
  start({}, {})
  world.facts.set('Rule1', 11)
  await world.run(engine, MINUTE)
  const rows = await world.deps.db.rows<{ results: { rule: string }[] }>(
    'SELECT results FROM alert_evaluations ORDER BY at',
  )
  expect(rows).toHaveLength(12)
  const stored = rows.flatMap(({ results }) => results)
  expect(stored.filter(({ rule }) => rule === 'Rule1')).toHaveLength(12)
  expect(stored.filter(({ rule }) => rule === 'Rule2')).toHaveLength(1)
  expect(stored.at(-1)).toEqual({
    rule: 'Rule1',
    labels: {},
    finding: 'breached',
    value: 11,
    line: 10,
    numerator: null,
    denominator: null,
    phase: 'firing',
  })
})

test('evaluations are kept for a week', async () => {
  start({})
  const age = async (days: number) => {
    const at = new Date(world.deps.env.clock.now().getTime() - days * 86_400_000)
    await world.deps.db.run(
      "INSERT INTO alert_evaluations (at, leader, took_ms, results) VALUES ($1, 'x', 1, '[]')",
      [at],
    )
  }
  await age(6)
  await age(8)
  await world.later(600_000)
  await tidy(engine, world.deps.env.clock.now())
  expect(await world.deps.db.rows('SELECT 1 FROM alert_evaluations')).toHaveLength(1)
})
