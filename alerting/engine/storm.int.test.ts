import { afterEach, beforeEach, expect, test } from 'vitest'
import { MINUTE, openEngineWorld, ruleOf, type EngineWorld } from './testing/engine-world.ts'

let world: EngineWorld

beforeEach(async () => {
  world = await openEngineWorld()
})
afterEach(async () => {
  await world.close()
})

const rules = (count: number, severity: 'critical' | 'warning', from = 1) => {
  const names = Array.from({ length: count }, (_, place) => `${severity}${from + place}`)
  for (const name of names) world.facts.set(name, 11)
  return names.map((name) => ruleOf(world.facts, name, { severity, keepMs: 0 }))
}

const mails = async () => (await world.written()).filter(({ to }) => to === 'mail on_call')

test('of many warnings at once a reader gets ten, and the rest in one digest a minute later', async () => {
  world.parts.catalogue = rules(25, 'warning')
  const engine = world.startEngine()
  await world.run(engine, 30_000)
  expect(await mails()).toHaveLength(10)
  await world.run(engine, 4 * MINUTE)
  const all = await mails()
  expect(all.map(({ rule }) => rule).filter((rule) => rule === 'AlertStorm')).toHaveLength(1)
  expect(all).toHaveLength(11)
  const row = await world.deps.db.first<{ headline: string; facts: string }>(
    `SELECT notice -> 'alert' ->> 'headline' AS headline, jsonb_array_length(notice -> 'facts')::text AS facts
     FROM alert_deliveries WHERE notice -> 'alert' ->> 'name' = 'AlertStorm'`,
  )
  expect(row?.headline).toMatch(/^15 more alerts that were not sent one by one: warning/)
  expect(row?.facts).toBe('15')
})

test('first messages of critical alerts are never held back', async () => {
  world.parts.catalogue = [...rules(15, 'warning'), ...rules(15, 'critical')]
  const engine = world.startEngine()
  await world.run(engine, 30_000)
  const sent = await mails()
  expect(sent.filter(({ rule }) => rule.startsWith('critical'))).toHaveLength(15)
  expect(sent.filter(({ rule }) => rule.startsWith('warning'))).toHaveLength(0)
  expect((await world.written()).filter(({ to }) => to === 'pager on_call')).toHaveLength(15)
})

test('who was told of an alert only by the digest does not hear that it is over', async () => {
  world.parts.catalogue = rules(12, 'warning')
  const engine = world.startEngine()
  await world.run(engine, 2 * MINUTE)
  for (const { name } of world.parts.catalogue) world.facts.set(name, 1)
  await world.run(engine, MINUTE)
  expect((await mails()).filter(({ change }) => change === 'resolved')).toHaveLength(10)
  expect((await world.incidents()).filter(({ resolved_at }) => resolved_at === null)).toEqual([])
})

test('digests of one reader come every ten minutes at most', async () => {
  world.parts.catalogue = rules(12, 'warning')
  const engine = world.startEngine()
  await world.run(engine, 2 * MINUTE)
  expect(await mails()).toHaveLength(11)
  world.parts.catalogue = [...world.parts.catalogue, ...rules(2, 'warning', 13)]
  const more = { ...engine, catalogue: world.parts.catalogue }
  await world.run(more, 5 * MINUTE)
  expect(await mails()).toHaveLength(11)
  await world.run(more, 6 * MINUTE)
  expect((await mails()).filter(({ rule }) => rule === 'AlertStorm')).toHaveLength(2)
})
