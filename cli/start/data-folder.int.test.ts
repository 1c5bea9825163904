import { readFile, writeFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { manualEnv } from '#core/testing/manual-env.ts'
import { makeTempFolder } from '#core/testing/temp-folder.ts'
import { parseConfig } from '#core/config.ts'
import { dataFolder, loadSecrets, makeDataFolder } from './data-folder.ts'
import { notifyOf } from './notify.ts'

const { random } = manualEnv()

test('a folder from before alerting gets a secret for its links, once, and keeps the others', async () => {
  const temp = await makeTempFolder()
  onTestFinished(temp.remove)
  const folder = dataFolder(temp.path)
  await makeDataFolder(folder)
  const fresh = await loadSecrets(folder, random)
  const { link: _link, ...old } = fresh
  await writeFile(folder.secretsFile, JSON.stringify(old))
  const first = await loadSecrets(folder, random)
  const second = await loadSecrets(folder, random)
  expect(first).toEqual({ ...old, link: expect.stringMatching(/^\w{32}$/) })
  expect(second).toEqual(first)
  expect(JSON.parse(await readFile(folder.secretsFile, 'utf8'))).toEqual(first)
})

test('nobody is told by a way that is not set up, and each way is told as it is', () => {
  const place = { url: 'http://127.0.0.1:4242', linkSecret: 'own', sinks: null }
  expect(notifyOf(parseConfig({}), place)).toMatchObject({
    publicUrl: 'http://127.0.0.1:4242',
    smtpUrl: null,
    pager: null,
    pagerWebhookSecrets: [],
    slackUrl: null,
    webhook: null,
    heartbeatUrl: null,
    pageTail: 0.001,
    linkSecret: 'own',
  })
  const config = parseConfig({
    TILLWATCH_PUBLIC_URL: 'https://till.example/',
    SMTP_URL: 'smtps://mail.example',
    PAGERDUTY_ROUTING_KEY: 'r'.repeat(32),
    PAGERDUTY_WEBHOOK_SECRETS: 'first-secret-0000, second-secret-000',
    ALERT_WEBHOOK_URL: 'https://hook.example',
    ALERT_WEBHOOK_SECRET: 's'.repeat(16),
    ALERT_PAGE_TAIL: '1',
    TILLWATCH_LINK_SECRET: 'l'.repeat(16),
  })
  expect(notifyOf(config, place)).toMatchObject({
    publicUrl: 'https://till.example',
    smtpUrl: 'smtps://mail.example',
    pager: { url: 'https://events.pagerduty.com/v2/enqueue', routingKey: 'r'.repeat(32) },
    pagerWebhookSecrets: ['first-secret-0000', 'second-secret-000'],
    webhook: { url: 'https://hook.example', secret: 's'.repeat(16) },
    pageTail: 1,
    linkSecret: 'l'.repeat(16),
  })
})
