import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { codeOf } from '#core/errors.ts'
import { parseShop } from '#core/shop.ts'
import { addressesOf, gapsOf, type Ways } from './addresses-of.ts'
import { policyOf } from './policy-of.ts'

const HEAD = `
account: { zone: Europe/London, currency: gbp }
tills: [{ id: till-1, store: bakery, name: Till 1 }]
`
const STORES = 'stores: [{ id: bakery, name: Bakery, zone: Europe/London }]'
const shopOf = (text: string, stores = STORES) => parseShop(`${HEAD}${stores}\n${text}`)
const ALL: Ways = {
  smtpUrl: 'smtp://localhost',
  pager: { url: 'http://pager.example', routingKey: 'k'.repeat(32) },
  slackUrl: 'http://slack.example',
  webhook: { url: 'http://hook.example', secret: 'secret' },
}
const MAIL: Ways = { ...ALL, pager: null, slackUrl: null, webhook: null }
const PAGE = { severity: 'critical', pages: true } as const
const WARN = { severity: 'warning', pages: false } as const
const DEMO = parseShop(readFileSync(new URL('../../cli/demo-shop.yaml', import.meta.url), 'utf8'))
const said = (addresses: readonly { channel: string; contact: string }[]) =>
  addresses.map(({ channel, contact }) => `${channel} ${contact}`)
const minutes = (ms: number) => ms / 60_000

test('the demo shop has the contacts of the runbook', () => {
  const { contacts } = DEMO
  expect(contacts.it_support).toMatchObject({ mail: ['support@company.com'], phone: 'ext. 2200' })
  expect(contacts.store_manager?.phone).toBe('ext. 1001')
  expect(contacts.security?.mail).toEqual(['security@company.com'])
  expect(contacts.compliance?.mail).toEqual(['compliance@company.com'])
  expect(gapsOf(DEMO, ALL, ['on_call', 'it_support', 'store_manager', 'management', 'finance'])).toEqual([])
})

test('a critical alert tells whom its rule names, then on-call, support and manager, then management, three times', () => {
  const policy = policyOf(shopOf(''), { severity: 'critical', tell: ['security'] })
  expect(policy.steps.map(({ afterMs, contacts }) => [minutes(afterMs), ...contacts])).toEqual([
    [0, 'security'],
    [5, 'on_call'],
    [15, 'it_support', 'store_manager'],
    [30, 'management'],
  ])
  expect(policy.rounds).toBe(3)
  expect([policy.waitMs, minutes(policy.pauseMs), minutes(policy.ackExpiresMs)]).toEqual([5_000, 15, 60])
})

test('a warning is repeated to whoever is on call once, info is told once, and what names nobody is told to nobody', () => {
  const shop = shopOf('')
  const stepsOf = (severity: 'warning' | 'info', tell: readonly 'finance'[]) =>
    policyOf(shop, { severity, tell }).steps.map(({ afterMs, contacts }) => [minutes(afterMs), ...contacts])
  expect(stepsOf('warning', ['finance'])).toEqual([
    [0, 'finance'],
    [30, 'on_call'],
  ])
  expect(stepsOf('info', ['finance'])).toEqual([[0, 'finance']])
  expect(stepsOf('warning', [])).toEqual([])
})

test('shop.yaml sets steps, rounds and times', () => {
  const shop = shopOf(
    'escalation: { critical: { steps: [{ after_min: 2, tell: [management] }], rounds: 1, ack_min: 5 } }',
  )
  const policy = policyOf(shop, { severity: 'critical', tell: ['on_call'] })
  expect(policy.steps.map(({ afterMs }) => minutes(afterMs))).toEqual([0, 2])
  expect([policy.rounds, minutes(policy.ackExpiresMs)]).toEqual([1, 5])
})

test('the pager rings first, for what is critical and pages only; everybody is told once by each way', () => {
  const addresses = addressesOf(DEMO, ALL, ['on_call', 'it_support', 'on_call'], PAGE)
  expect(said(addresses)).toEqual([
    'pager on_call',
    'mail oncall@company.com',
    'slack slack',
    'mail support@company.com',
    'webhook tillwatch',
  ])
  expect(said(addressesOf(DEMO, ALL, ['on_call'], WARN))).toEqual([
    'mail oncall@company.com',
    'slack slack',
    'webhook tillwatch',
  ])
  expect(said(addressesOf(DEMO, ALL, ['it_support'], PAGE))).toEqual([
    'mail support@company.com',
    'webhook tillwatch',
  ])
  expect(said(addressesOf(DEMO, ALL, ['on_call'], { severity: 'critical', pages: false }))).not.toContain(
    'pager on_call',
  )
})

test('one address under two names is written to once', () => {
  const shop = shopOf(
    'contacts: { finance: { mail: [boss@shop.example] }, management: { mail: [BOSS@shop.example] } }',
  )
  expect(said(addressesOf(shop, MAIL, ['management', 'finance'], WARN))).toEqual(['mail BOSS@shop.example'])
})

const TWO = `stores:
  - { id: bakery, name: Bakery, zone: Europe/London, contacts: { store_manager: { mail: [anna@shop.example] } } }
  - { id: station, name: Station, zone: Europe/London }`
const MANAGED = 'contacts: { store_manager: { mail: [head@shop.example] } }'

test("a store's own contacts stand in for the shop's, and what is about no one store reaches all of them", () => {
  const shop = shopOf(MANAGED, TWO)
  const mails = (store?: string) => said(addressesOf(shop, MAIL, ['store_manager'], { ...WARN, store }))
  expect(mails('bakery')).toEqual(['mail anna@shop.example'])
  expect(mails('station')).toEqual(['mail head@shop.example'])
  expect(mails()).toEqual(['mail head@shop.example', 'mail anna@shop.example'])
})

test('an audience that nobody stands behind is stood in for, and named as a gap', () => {
  const shop = shopOf('contacts: { it_support: { mail: [support@shop.example] } }')
  expect(said(addressesOf(shop, MAIL, ['finance'], WARN))).toEqual(['mail support@shop.example'])
  expect(gapsOf(shop, MAIL, ['finance', 'it_support'])).toEqual([{ audience: 'finance', store: null }])
  expect(gapsOf(shopOf('', TWO), MAIL, ['store_manager'])).toEqual([
    { audience: 'store_manager', store: 'station' },
  ])
})

test('a shop.yaml from before contacts pages whoever is on call, and says that nobody gets mail', () => {
  const shop = shopOf('')
  expect(said(addressesOf(shop, ALL, ['on_call', 'finance'], PAGE))).toEqual([
    'pager on_call',
    'webhook tillwatch',
  ])
  expect(gapsOf(shop, ALL, ['on_call', 'finance'])).toEqual([{ audience: 'finance', store: null }])
  expect(addressesOf(shop, { ...MAIL, smtpUrl: null }, ['on_call'], PAGE)).toEqual([])
})

test.each([
  ['an unknown audience', 'contacts: { oncall: { mail: [a@shop.example] } }', /contacts: no such audience/],
  [
    'a page without mail',
    'contacts: { on_call: { pager: true } }',
    /contacts\.on_call\.mail: whoever is paged/,
  ],
  ['on-call without mail', 'contacts: { on_call: { phone: "1" } }', /contacts\.on_call\.mail/],
  ['a wrong address', 'contacts: { finance: { mail: [nobody] } }', /contacts\.finance\.mail\.0: not a mail/],
  ['an unknown key', 'contacts: { finance: { email: [] } }', /contacts\.finance: .*email/],
  [
    'steps that go back',
    'escalation: { critical: { steps: [{ after_min: 5, tell: [on_call] }, { after_min: 5, tell: [finance] }] } }',
    /escalation\.critical\.steps\.1\.after_min: must be later/,
  ],
  [
    'a step to nobody known',
    'escalation: { warning: { steps: [{ after_min: 5, tell: [boss] }] } }',
    /escalation\.warning\.steps\.0\.tell\.0: no such audience/,
  ],
  [
    'no time to work',
    'escalation: { critical: { ack_min: 4 } }',
    /escalation\.critical\.ack_min: at least 5/,
  ],
  ['endless rounds', 'escalation: { critical: { rounds: 6 } }', /escalation\.critical\.rounds: at most 5/],
])('%s is refused with the name of the key', (_name, text, message) => {
  const attempt = () => shopOf(text)
  expect(attempt).toThrow(message)
  try {
    attempt()
  } catch (error) {
    expect(codeOf(error)).toBe('config_invalid')
  }
})

test("a wrong contact of a store is named with the store's place", () => {
  const stores = TWO.replace('anna@shop.example', 'anna')
  expect(() => shopOf('', stores)).toThrow(/stores\.0\.contacts\.store_manager\.mail\.0/)
})
