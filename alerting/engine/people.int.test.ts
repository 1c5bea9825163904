import { afterEach, beforeEach, expect, test } from 'vitest'
import { ackIncident, unackIncident } from '../incidents/ack-incident.ts'
import { findIncident } from '../incidents/find-incident.ts'
import { noteIncident } from '../incidents/note-incident.ts'
import { resolveIncident } from '../incidents/resolve-incident.ts'
import { addSilence, endSilence } from '../silences/silence-store.ts'
import type { Engine } from './engine.ts'
import { evaluateOnce } from './evaluate-once.ts'
import { MINUTE, openEngineWorld, ruleOf, type EngineWorld } from './testing/engine-world.ts'

let world: EngineWorld
let engine: Engine

beforeEach(async () => {
  world = await openEngineWorld()
})
afterEach(async () => {
  await world.close()
})

const start = (...options: Parameters<typeof ruleOf>[2][]) => {
  world.parts.catalogue = options.map((one, place) => ruleOf(world.facts, `Rule${place + 1}`, one))
  engine = world.startEngine()
}

/** Rule1 breached and told. */
const fire = async () => {
  start({})
  world.facts.set('Rule1', 11)
  await world.run(engine, 10_000)
  return openOne()
}

const openOne = async () => {
  const open = (await world.incidents()).filter(({ resolved_at }) => resolved_at === null)
  expect(open).toHaveLength(1)
  return open[0]?.id ?? ''
}

const word = (id: string) => ({ id, by: 'Anna', at: world.deps.env.clock.now() })

const FIRST = ['fired pager on_call', 'fired mail on_call']
const SECOND = ['fired mail it_support', 'escalated pager on_call', 'escalated mail on_call']

test('steps are told in time: who hears of it first, and who hears of it again, with a number of their own', async () => {
  await fire()
  await world.run(engine, 4 * MINUTE + 55_000)
  expect(await world.lines()).toEqual(FIRST)
  await world.run(engine, 5_000)
  expect(await world.lines()).toEqual([...FIRST, ...SECOND])
  await world.run(engine, 10 * MINUTE)
  expect((await world.written()).map(({ to, number }) => [to, number])).toEqual([
    ['pager on_call', 1],
    ['mail on_call', 1],
    ['mail it_support', 2],
    ['pager on_call', 3],
    ['mail on_call', 3],
    ['mail management', 4],
  ])
})

test('a second round follows the first, and then nobody is told any more', async () => {
  await fire()
  await world.run(engine, 3 * 60 * MINUTE)
  const lines = await world.lines()
  expect(lines.filter((line) => line.endsWith('mail management'))).toHaveLength(2)
  expect(lines.filter((line) => line.endsWith('mail on_call'))).toHaveLength(4)
})

test('steps that an engine slept through are one message for each reader', async () => {
  const id = await fire()
  const other = world.startEngine()
  await evaluateOnce(other)
  // Nobody evaluates for twenty minutes.
  await world.later(20 * MINUTE)
  await evaluateOnce(other)
  await world.later(15_000)
  await evaluateOnce(other)
  expect((await world.lines()).slice(2)).toEqual([
    'fired mail it_support',
    'fired mail management',
    'escalated pager on_call',
    'escalated mail on_call',
  ])
  expect((await findIncident(world.deps, id)).incident.told_steps).toBe(3)
})

test('who takes it stops the steps, and when an hour has passed without an end everybody is told again', async () => {
  const id = await fire()
  await world.later(1_000)
  await ackIncident(world.deps, { ...word(id), via: 'mail' })
  await world.run(engine, 59 * MINUTE)
  expect(await world.lines()).toEqual(FIRST)
  await world.run(engine, 65_000)
  expect((await world.lines()).slice(2)).toEqual(['escalated pager on_call', 'escalated mail on_call'])
  const { incident } = await findIncident(world.deps, id)
  expect(incident).toMatchObject({ acked_at: null, acked_by: null, told_steps: 1 })
  await world.run(engine, 5 * MINUTE)
  expect((await world.lines()).slice(4)).toEqual(SECOND)
  expect(await world.timeline(id)).toEqual(['opened', 'told', 'acked', 'ack_expired', 'told', 'told', 'told'])
})

test('who gives it back has it told from the first step', async () => {
  const id = await fire()
  await ackIncident(world.deps, { ...word(id), via: 'ui' })
  await world.run(engine, 10 * MINUTE)
  await unackIncident(world.deps, word(id))
  await world.run(engine, 5_000)
  expect((await world.lines()).slice(2)).toEqual(['escalated pager on_call', 'escalated mail on_call'])
})

test('a word that comes again changes nothing, a second person takes over, and nothing is taken that is over', async () => {
  const id = await fire()
  const first = { ...word(id), via: 'pager' } as const
  await ackIncident(world.deps, first)
  await ackIncident(world.deps, first)
  await world.later(1_000)
  const taken = await ackIncident(world.deps, { ...word(id), by: 'Ben', via: 'api' })
  expect(taken).toMatchObject({ acked_by: 'Ben', acked_via: 'api' })
  await noteIncident(world.deps, { ...word(id), text: 'calling the bank' })
  expect(await world.timeline(id)).toEqual(['opened', 'told', 'acked', 'acked', 'noted'])
  await resolveIncident(world.deps, word(id))
  await expect(ackIncident(world.deps, { ...word(id), via: 'api' })).rejects.toMatchObject({
    code: 'invalid_state',
  })
  await expect(noteIncident(world.deps, { ...word('inc_none'), text: 'x' })).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('what a person does while an evaluation is under way is not overwritten, and is decided anew', async () => {
  const id = await fire()
  await world.run(engine, 4 * MINUTE + 50_000)
  const slow = world.startEngine(
    {},
    {
      compose: async (deps, input) => {
        await ackIncident(deps, { ...word(id), via: 'mail' })
        return engine.compose(deps, input)
      },
    },
  )
  await world.later(5_000)
  await world.tick({ ...slow, me: engine.me, memory: engine.memory })
  await world.later(5_000)
  const tick = await world.tick({ ...slow, me: engine.me, memory: engine.memory })
  expect(tick).toMatchObject({ did: 'evaluated', told: [] })
  const { incident } = await findIncident(world.deps, id)
  expect(incident).toMatchObject({ acked_by: 'Anna', told_steps: 1 })
  await world.run(engine, 10 * MINUTE)
  expect(await world.lines()).toEqual(FIRST)
})

test('a person closes it while an evaluation is under way: it stays closed, and nobody is told twice', async () => {
  const id = await fire()
  world.facts.set('Rule1', 1)
  await world.run(engine, 4 * MINUTE + 55_000)
  const slow = {
    ...engine,
    compose: async (...args: Parameters<Engine['compose']>) => {
      await resolveIncident(world.deps, word(id))
      return engine.compose(...args)
    },
  }
  await world.later(10_000)
  expect(await world.tick(slow)).toMatchObject({ told: [] })
  await world.run(engine, MINUTE)
  expect((await world.lines()).slice(2)).toEqual(['resolved pager on_call', 'resolved mail on_call'])
  expect(await world.incidents()).toMatchObject([{ resolved_by: 'Anna' }])
})

test('what a person closes stays closed until all that its window counts happened afterwards', async () => {
  const id = await fire()
  await resolveIncident(world.deps, { ...word(id), why: 'fixed' })
  expect((await world.lines()).slice(2)).toEqual(['resolved pager on_call', 'resolved mail on_call'])
  // Window one minute, hysteresis five.
  await world.run(engine, 5 * MINUTE + 55_000)
  expect(await world.incidents()).toHaveLength(1)
  await world.run(engine, 10_000)
  expect(await world.incidents()).toHaveLength(2)
  expect((await world.lines()).slice(4)).toEqual(FIRST)
})

test('what a person closed and what resolves afterwards is told anew when it fires again', async () => {
  const id = await fire()
  await resolveIncident(world.deps, word(id))
  world.facts.set('Rule1', 1)
  await world.run(engine, 5 * MINUTE + 5_000)
  expect(await world.phaseOf('Rule1')).toBe('inactive')
  world.facts.set('Rule1', 11)
  await world.run(engine, 10_000)
  expect(await world.incidents()).toHaveLength(2)
})

test('an alert that fires after a person closed its group is told at once, the others are let go', async () => {
  start({ whenGone: 'quiet' })
  const bakery = { labels: { store: 'bakery' }, value: 11 }
  world.facts.set('Rule1', [bakery])
  await world.run(engine, 10_000)
  await resolveIncident(world.deps, word(await openOne()))
  world.facts.set('Rule1', [bakery, { labels: { store: 'kiosk' }, value: 12 }])
  await world.run(engine, 10_000)
  const { alerts } = await findIncident(world.deps, await openOne())
  expect(alerts.map(({ labels }) => labels)).toEqual([{ store: 'kiosk' }])
})

const silence = async (minutes: number, alertname = 'Rule1') =>
  addSilence(
    world.deps,
    {
      matchers: [{ label: 'alertname', is: 'equal', value: alertname }],
      author: 'Anna',
      reason: 'maintenance',
      until: new Date(world.deps.env.clock.now().getTime() + minutes * MINUTE),
    },
    ['Rule2'],
  )

test('a silence that ends while its incident is open: nobody is told meanwhile, and then from the first step', async () => {
  const id = await fire()
  const { id: silenceId } = await silence(30)
  await world.run(engine, 29 * MINUTE)
  expect(await world.lines()).toEqual(FIRST)
  expect((await findIncident(world.deps, id)).incident.muted_by).toBe(`silence ${silenceId}`)
  await world.run(engine, MINUTE + 5_000)
  expect((await world.lines()).slice(2)).toEqual(['escalated pager on_call', 'escalated mail on_call'])
  expect(await world.timeline(id)).toEqual(['opened', 'told', 'muted', 'unmuted', 'told'])
  expect(await world.incidents()).toHaveLength(1)
})

test('what is silenced opens nothing, is evaluated all the same, and is told once the silence is ended', async () => {
  start({})
  const asked = await silence(60)
  world.facts.set('Rule1', 11)
  await world.run(engine, 10 * MINUTE)
  expect(await world.phaseOf('Rule1')).toBe('firing')
  expect(await world.incidents()).toEqual([])
  await endSilence(world.deps, { id: asked.id, by: 'Ben', at: world.deps.env.clock.now() })
  await world.run(engine, 10_000)
  expect(await world.lines()).toEqual(FIRST)
})

test('an incident that ends while it is silenced is over for everybody who was told', async () => {
  await fire()
  await silence(60)
  world.facts.set('Rule1', 1)
  await world.run(engine, 6 * MINUTE)
  expect((await world.lines()).slice(2)).toEqual(['resolved pager on_call', 'resolved mail on_call'])
})

test('what may not be silenced is told through every silence', async () => {
  start({}, { canBeSilenced: false })
  await expect(silence(60, 'Rule2')).rejects.toMatchObject({ code: 'validation_failed' })
  await addSilence(
    world.deps,
    {
      matchers: [{ label: 'component', is: 'equal', value: 'payments' }],
      author: 'Anna',
      reason: 'all quiet',
      until: new Date(world.deps.env.clock.now().getTime() + MINUTE),
    },
    ['Rule2'],
  )
  for (const rule of ['Rule1', 'Rule2']) world.facts.set(rule, 11)
  await world.run(engine, 20_000)
  expect((await world.incidents()).map(({ rule }) => rule)).toEqual(['Rule2'])
})

const inhibit = () => {
  world.parts.inhibitions = [
    {
      source: [{ label: 'alertname', is: 'equal', value: 'Rule1' }],
      target: [{ label: 'alertname', is: 'equal', value: 'Rule2' }],
      equal: [],
    },
  ]
}

test('an effect is not told while its cause is, also when the cause comes one evaluation later', async () => {
  inhibit()
  start({}, {})
  world.facts.set('Rule2', 11)
  await world.run(engine, 5_000)
  world.facts.set('Rule1', 11)
  await world.run(engine, 10 * MINUTE)
  expect((await world.incidents()).map(({ rule }) => rule)).toEqual(['Rule1'])
})

test('a cause that appears mutes the open incident of its effect, and one that disappears makes it loud again', async () => {
  inhibit()
  start({}, {})
  world.facts.set('Rule2', 11)
  await world.run(engine, 10_000)
  const effect = await openOne()
  world.facts.set('Rule1', 11)
  await world.run(engine, 10 * MINUTE)
  expect((await findIncident(world.deps, effect)).incident.muted_by).toBe('Rule1')
  const ofEffect = async () => (await world.written()).filter(({ rule }) => rule === 'Rule2')
  expect(await ofEffect()).toHaveLength(2)
  world.facts.set('Rule1', 1)
  await world.run(engine, 5 * MINUTE + 15_000)
  expect((await findIncident(world.deps, effect)).incident.muted_by).toBeNull()
  expect((await ofEffect()).slice(2).map(({ change }) => change)).toEqual(['escalated', 'escalated'])
  expect(await world.timeline(effect)).toEqual(['opened', 'told', 'muted', 'unmuted', 'told'])
})

test('a critical alert mutes the warnings of its kind, and not those of another', async () => {
  world.parts.inhibitions = [
    {
      source: [{ label: 'severity', is: 'equal', value: 'critical' }],
      target: [{ label: 'severity', is: 'equal', value: 'warning' }],
      equal: ['slo'],
    },
  ]
  start({ slo: 'success' }, { slo: 'success', severity: 'warning' }, { slo: 'latency', severity: 'warning' })
  for (const rule of ['Rule1', 'Rule2', 'Rule3']) world.facts.set(rule, 11)
  await world.run(engine, 30_000)
  expect((await world.incidents()).map(({ rule }) => rule).sort()).toEqual(['Rule1', 'Rule3'])
})
