import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Deps, Service } from '#core/service.ts'
import { openEngineWorld, ruleOf, type EngineWorld } from './engine/testing/engine-world.ts'
import { ENGINE_PARTS, startAlerting } from './main.ts'
import { startReceiver, type Receiver } from './testing/receiver.ts'

let world: EngineWorld
let pager: Receiver
let deps: Deps

beforeEach(async () => {
  world = await openEngineWorld()
  pager = await startReceiver()
  const notify = { ...world.deps.notify, pager: { url: pager.url, routingKey: 'r'.repeat(32) } }
  deps = { ...world.deps, notify }
})
afterEach(async () => {
  await pager.close()
  await world.close()
})

const parts = () => ({ ...ENGINE_PARTS, catalogue: [ruleOf(world.facts, 'Rule1')], inhibitions: [] })

/** Lets time pass, a second at a time, until it is so. */
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) {
    if (world.base.env.sleepers() > 0) await world.later(1_000)
    await new Promise(setImmediate)
  }
}

const actions = () => pager.bodies.map((body) => (body as { event_action: string }).event_action)

test('a breach rings the pager and its end resolves it there, through a restart in between', async () => {
  let service: Service = await startAlerting(deps, parts())
  world.facts.set('Rule1', 11)
  await until(() => pager.bodies.length === 1)
  await service.stop()
  service = await startAlerting(deps, parts())
  world.facts.set('Rule1', 1)
  await until(() => pager.bodies.length === 2)
  await service.stop()
  expect(actions()).toEqual(['trigger', 'resolve'])
  const keys = pager.bodies.map((body) => (body as { dedup_key: string }).dedup_key)
  expect(new Set(keys)).toEqual(new Set(['acct_test-test:Rule1']))
})

test('it never keeps the clock from jumping', async () => {
  const service = await startAlerting(deps, parts())
  expect([service.name, await service.open(), await service.nextDue(new Date(0))]).toEqual([
    'alerting',
    0,
    null,
  ])
  await service.stop()
})

test('a catalogue that cannot be evaluated is refused at the start, with the reason', async () => {
  const [rule] = parts().catalogue
  if (rule === undefined) throw new Error('no rule')
  await expect(startAlerting(deps, { ...parts(), catalogue: [rule, rule] })).rejects.toMatchObject({
    code: 'config_invalid',
    message: 'Rule1: there are two rules of that name',
  })
})

test('each turn is counted, and each rule by whether it could ask', async () => {
  world.facts.set('Rule1', new Error('away'))
  const before = pager.bodies.length
  const service = await startAlerting(deps, parts())
  let text = ''
  for (; !text.includes('alert_evaluations_total{rule="Rule1",result="failed"} 2');) {
    if (world.base.env.sleepers() > 0) await world.later(1_000)
    text = await deps.metrics.registry.metrics()
  }
  await service.stop()
  expect(text).toContain('alert_ticks_total{result="evaluated"} 2')
  expect(pager.bodies.length).toBe(before)
})
