import { expect, test } from 'vitest'
import { insideProblems, resolvedProblems, TARGET_KEYS, type Targets } from './outside-targets.ts'

const keysOf = (problems: readonly string[]): string[] => problems.map((line) => line.split(':')[0] ?? '')

const OUTSIDE: Targets = {
  SMTP_URL: 'smtps://user:secret@smtp.example.com',
  PAGERDUTY_URL: 'https://events.pagerduty.com/v2/enqueue',
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/x',
  ALERT_WEBHOOK_URL: 'https://alerts.example.com/hook',
  HEARTBEAT_URL: 'https://hc-ping.com/0',
}

test('addresses outside have nothing wrong, and neither has what is not set', () => {
  expect(insideProblems(OUTSIDE)).toEqual([])
  expect(insideProblems({})).toEqual([])
})

test.each(TARGET_KEYS)('%s is refused when it leads inside, and its value is not repeated', (key) => {
  const problems = insideProblems({ ...OUTSIDE, [key]: 'http://secret-host:1/' })
  expect(keysOf(problems)).toEqual([key])
  expect(problems.join()).not.toContain('secret-host')
})

test('a host that is named may be called, and only that one', () => {
  const targets: Targets = { SMTP_URL: 'smtp://10.0.0.5:25', HEARTBEAT_URL: 'http://10.0.0.6/' }
  expect(keysOf(insideProblems({ ...targets, TILLWATCH_PRIVATE_HOSTS: ['10.0.0.5'] }))).toEqual([
    'HEARTBEAT_URL',
  ])
  expect(insideProblems({ ...targets, TILLWATCH_PRIVATE_HOSTS: ['10.0.0.5', '10.0.0.6'] })).toEqual([])
})

test('a name is refused by what it stands for, unless it is named or stands for nothing now', async () => {
  const names: Record<string, readonly string[]> = {
    'smtp.example.com': ['203.0.114.9', '10.0.0.9'],
    'hc-ping.com': ['203.0.114.10', '2606:4700::1'],
  }
  const lookup = async (host: string) => {
    const found = names[host]
    if (!found) throw new Error('ENOTFOUND')
    return Promise.resolve(found)
  }
  expect(keysOf(await resolvedProblems(OUTSIDE, lookup))).toEqual(['SMTP_URL'])
  const allowed = { ...OUTSIDE, TILLWATCH_PRIVATE_HOSTS: ['smtp.example.com'] }
  expect(await resolvedProblems(allowed, lookup)).toEqual([])
})
