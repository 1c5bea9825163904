import { expect, test } from 'vitest'
import { parseConfig } from '#core/config.ts'
import { refuseInside } from './refuse-inside.ts'

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
const asked: string[] = []
const inside = async (host: string) => {
  asked.push(host)
  return Promise.resolve(host === 'smtp.example.com' ? ['192.168.1.9'] : ['203.0.114.1'])
}

test('with a live key a name that stands for a private address stops the start and names its key', async () => {
  await expect(refuseInside(parseConfig(LIVE), inside)).rejects.toMatchObject({
    code: 'config_invalid',
    details: { problems: [expect.stringMatching(/^SMTP_URL: /)] },
  })
  const config = parseConfig({ ...LIVE, TILLWATCH_PRIVATE_HOSTS: 'smtp.example.com' })
  await expect(refuseInside(config, inside)).resolves.toBeUndefined()
})

test('without a live key nobody is asked', async () => {
  asked.length = 0
  await refuseInside(parseConfig({ SMTP_URL: 'smtp://smtp.example.com' }), inside)
  expect(asked).toEqual([])
})
