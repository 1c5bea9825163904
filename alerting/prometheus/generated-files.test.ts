import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { alertRules } from './alert-rules.ts'
import { CASES } from './cases/cases.ts'
import { generatedFiles } from './generated-files.ts'

const rules = alertRules()

describe('the files of the second path', () => {
  test.each([...generatedFiles()])('%s is as generated (npm run alerts:generate)', (path, text) => {
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')).toBe(text)
  })

  test('every rule but Watchdog, which is never silent, has a case', () => {
    const shown = new Set(CASES.map(({ rule }) => rule))
    const bare = rules.map(({ alert }) => alert).filter((name) => !shown.has(name))
    expect(bare).toEqual(['Watchdog'])
  })

  test('every rule says how long, how bad, by whom it is told and what to do', () => {
    for (const { alert, for: span, labels, annotations } of rules) {
      expect(span, alert).toMatch(/^\d+[smh]$/)
      expect(labels['severity'], alert).toMatch(/^(critical|warning|info|none)$/)
      expect(labels['path'], alert).toMatch(/^(first|second)$/)
      for (const name of ['summary', 'description', 'runbook_url', 'dashboard_url'])
        expect(annotations[name], `${alert} ${name}`).toMatch(/\S/)
    }
  })

  test('only these are told by the second path while the engine works', () => {
    const second = rules.filter(({ labels }) => labels['path'] === 'second').map(({ alert }) => alert)
    // The gateway's own end only where no engine is heard.
    expect(second.toSorted()).toEqual([
      'AlertEngineAlive',
      'AlertEngineStale',
      'AlertNotificationsFailing',
      'GatewayUnreachable',
      'PaymentGatewayDown',
      'ScrapeFailing',
      'Watchdog',
    ])
  })
})
