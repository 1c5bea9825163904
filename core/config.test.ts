import { expect, test } from 'vitest'
import { isLive, parseConfig } from './config.ts'
import type { TillwatchError } from './errors.ts'

const problemsOf = (source: Record<string, string>): unknown => {
  try {
    parseConfig(source)
  } catch (error) {
    return (error as TillwatchError).details['problems']
  }
  return []
}

test('nothing set is a whole configuration', () => {
  expect(parseConfig({})).toMatchObject({
    TILLWATCH_PORT: 4242,
    TILLWATCH_DATA: 'data',
    TILLWATCH_HOST: '127.0.0.1',
  })
})

test('every wrong key is named at once, and no value is repeated', () => {
  const problems = problemsOf({
    TILLWATCH_PORT: 'abc',
    CLICKHOUSE_URL: 'ftp://x',
    STRIPE_SECRET_KEY: 'hunter2secret',
    TILLWATCH_PROT: '1',
  }) as string[]
  expect(problems.map((line) => line.split(':')[0]).sort()).toEqual([
    'CLICKHOUSE_URL',
    'STRIPE_SECRET_KEY',
    'TILLWATCH_PORT',
    'TILLWATCH_PROT',
  ])
  expect(problems.join('\n')).not.toContain('hunter2secret')
})

test('an empty value counts as unset', () => {
  expect(parseConfig({ REDIS_URL: '' }).REDIS_URL).toBeUndefined()
})

test('a live key refuses every embedded part and names what is missing', () => {
  const problems = problemsOf({ STRIPE_SECRET_KEY: `sk_live_${'a'.repeat(24)}` }) as string[]
  expect(problems.map((line) => line.split(':')[0])).toEqual([
    'STRIPE_WEBHOOK_SECRETS',
    'DATABASE_URL',
    'CLICKHOUSE_URL',
    'REDIS_URL',
    'TILLWATCH_SHOP_FILE',
    'TILLWATCH_CHAIN_HEAD_FILE',
    'TILLWATCH_AUDIT_HEAD_FILE',
    'SMTP_URL',
    'PAGERDUTY_ROUTING_KEY',
  ])
})

test('a test key is not live', () => {
  expect(
    isLive(
      parseConfig({
        STRIPE_SECRET_KEY: 'sk_test_12345678',
        STRIPE_WEBHOOK_SECRETS: 'whsec_12345678,whsec_87654321',
      }),
    ),
  ).toBe(false)
})

test('alerting has its defaults, and a wrong setting is named', () => {
  expect(parseConfig({})).toMatchObject({
    ALERT_PAGE_TAIL: 0.001,
    PAGERDUTY_URL: 'https://events.pagerduty.com/v2/enqueue',
  })
  expect(parseConfig({ ALERT_PAGE_TAIL: '1' }).ALERT_PAGE_TAIL).toBe(1)
  const named = (source: Record<string, string>) =>
    (problemsOf(source) as string[]).map((line) => line.split(':')[0])
  for (const wrong of ['0', '-1', '1.1', 'often', 'NaN', 'Infinity'])
    expect(named({ ALERT_PAGE_TAIL: wrong })).toEqual(['ALERT_PAGE_TAIL'])
  expect(named({ ALERT_PAGE_TIAL: '1' })).toEqual(['ALERT_PAGE_TIAL'])
  expect(named({ ALERT_MAIL_FROM: 'us\r\nBcc: them@shop.example' })).toEqual(['ALERT_MAIL_FROM'])
  expect(named({ PAGERDUTY_WEBHOOK_SECRETS: 'first-secret-0000,short' })).toEqual([
    'PAGERDUTY_WEBHOOK_SECRETS.1',
  ])
})

test('a webhook and its secret go together', () => {
  const named = (source: Record<string, string>) =>
    (problemsOf(source) as string[]).map((line) => line.split(':')[0])
  expect(named({ ALERT_WEBHOOK_URL: 'https://hook.example' })).toEqual(['ALERT_WEBHOOK_SECRET'])
  expect(named({ ALERT_WEBHOOK_SECRET: 's'.repeat(16) })).toEqual(['ALERT_WEBHOOK_URL'])
})

const LIVE = {
  STRIPE_SECRET_KEY: `sk_live_${'a'.repeat(24)}`,
  STRIPE_WEBHOOK_SECRETS: 'whsec_12345678',
  DATABASE_URL: 'postgres://tillwatch@postgres/tillwatch',
  CLICKHOUSE_URL: 'http://clickhouse:8123',
  REDIS_URL: 'redis://redis',
  TILLWATCH_SHOP_FILE: 'shop.yaml',
  TILLWATCH_CHAIN_HEAD_FILE: 'head',
  TILLWATCH_AUDIT_HEAD_FILE: 'audit-head',
  SMTP_URL: 'smtps://smtp.example.com',
  PAGERDUTY_ROUTING_KEY: 'k'.repeat(32),
}

test('with a live key messages do not go to this machine or a private network, unless the host is named', () => {
  expect(problemsOf(LIVE)).toEqual([])
  const inside = { SMTP_URL: 'smtp://127.0.0.1:25', HEARTBEAT_URL: 'http://169.254.169.254/' }
  const named = (source: Record<string, string>) =>
    (problemsOf(source) as string[]).map((line) => line.split(':')[0])
  expect(named({ ...LIVE, ...inside })).toEqual(['SMTP_URL', 'HEARTBEAT_URL'])
  const allowed = { TILLWATCH_PRIVATE_HOSTS: '127.0.0.1, 169.254.169.254' }
  expect(named({ ...LIVE, ...inside, ...allowed })).toEqual([])
  // Sandbox and test keys: the demo's own sinks are on this machine.
  expect(named(inside)).toEqual([])
  const { STRIPE_SECRET_KEY: _live, ...rest } = LIVE
  expect(named({ ...rest, ...inside, STRIPE_SECRET_KEY: 'sk_test_12345678' })).toEqual([])
})

test('how often one may ask is read as calls in seconds, and anything else is named', () => {
  expect(parseConfig({ TILLWATCH_LIMIT_CALLER: '7/3' }).TILLWATCH_LIMIT_CALLER).toEqual({
    calls: 7,
    seconds: 3,
  })
  expect(parseConfig({}).TILLWATCH_LIMIT_COSTLY).toEqual({ calls: 600, seconds: 60 })
  for (const wrong of ['7', '0/1', '1/0', '-1/1', '1.5/1', '7/3/1', 'all', '7/3s', '1e3/1'])
    expect(problemsOf({ TILLWATCH_LIMIT_ADDRESS: wrong })).toEqual([
      'TILLWATCH_LIMIT_ADDRESS: must be calls/seconds, as 600/60',
    ])
})
