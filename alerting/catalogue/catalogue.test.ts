import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '../catalogue.ts'
import { identityOf, type Labels } from '../domain/labels.ts'
import type { AlertRule } from '../domain/rule.ts'
import { newAlertState } from '../domain/alert-state.ts'
import { mutedAlerts, nameOf } from '../engine/mute-alerts.ts'
import type { AlertRecord } from '../engine/memory.ts'
import { AWAITED } from './awaited.ts'
import { INHIBITIONS } from './inhibitions.ts'
import { PROMETHEUS_ONLY } from './prometheus-only.ts'
import { CASES } from './testing/cases.ts'
import { judge, playRule, START } from './testing/play-rule.ts'

const RULES = new Map(CATALOGUE.map((rule) => [rule.name, rule]))
const ruleOf = (name: string): AlertRule => {
  const rule = RULES.get(name)
  if (rule === undefined) throw new Error(`no row ${name}`)
  return rule
}

/** Long after everything has had its time. */
const AGES_MS = 2 * 3_600_000

describe.each(CASES)('$rule', ({ rule: name, over, under, noData, also = [], mutedBy = [] }) => {
  const rule = ruleOf(name)

  test('just over is a breach, just under is none', () => {
    expect([judge(rule, over).finding, judge(rule, under).finding]).toEqual(['breached', 'quiet'])
  })

  test('fires once, and not before it lasted as long as it must', () => {
    const play = playRule(rule)
    if (rule.forMs > 0) expect(play.last(rule.forMs - 5_000, [over])).toBe('')
    expect(play.evaluate([over])).toBe('F')
    expect(play.last(AGES_MS, [over])).toBe('')
  })

  test('just under never fires', () => {
    expect(playRule(rule).last(AGES_MS, [under])).toBe('')
  })

  test('resolves once, after it was quiet as long as it must be', () => {
    const play = playRule(rule)
    play.last(rule.forMs, [over])
    if (rule.keepMs > 0) expect(play.last(rule.keepMs - 5_000, [under])).toBe('')
    expect(play.evaluate([under])).toBe('R')
    expect(play.last(AGES_MS, [under])).toBe('')
  })

  test('what fails, or has no data, fires nothing and resolves nothing', () => {
    const unknown = noData === undefined ? ('failed' as const) : [noData]
    expect(playRule(rule).last(AGES_MS, unknown)).toBe('')
    const play = playRule(rule)
    play.last(rule.forMs, [over])
    expect(play.last(AGES_MS, unknown) + play.last(AGES_MS, 'failed')).toBe('')
    expect(play.raised()).toHaveLength(1)
  })

  test('a reading that is gone is what the row says of it', () => {
    const play = playRule(rule)
    play.last(rule.forMs, [over])
    expect(play.last(AGES_MS, [])).toBe(rule.whenGone === 'quiet' ? 'R' : '')
  })

  test('a restart neither tells again nor forgets', () => {
    const play = playRule(rule)
    play.last(rule.forMs, [over])
    play.restart()
    expect(play.last(AGES_MS, [over])).toBe('')
    play.restart()
    expect(play.last(rule.keepMs, [under])).toBe('R')
  })

  test('duplicates make one alert and one incident', () => {
    const play = playRule(rule)
    expect(play.last(rule.forMs, [over, over])).toBe('F')
    expect([play.raised().length, play.incidents()]).toEqual([1, 1])
  })

  test('every other edge is judged as it must be', () => {
    const findings = also.map(([sentence, reading]) => [sentence, judge(rule, reading).finding])
    expect(findings).toEqual(also.map(([sentence, , finding]) => [sentence, finding]))
  })

  test('is not told while its cause is, and is told beside everything else', () => {
    const alert = raised(rule, over.labels)
    const causes = CASES.filter((other) => other.rule !== name).filter(
      (other) => muted(alert, raised(ruleOf(other.rule), other.over.labels)) !== undefined,
    )
    expect(causes.map((other) => other.rule).toSorted()).toEqual(mutedBy.map(([cause]) => cause).toSorted())
  })

  test('says in one line what is wrong, with value and line', () => {
    const { headline, facts } = judge(rule, over)
    expect(headline).not.toMatch(/[\r\n]|undefined|NaN|null|\[object/)
    expect(facts.map((fact) => fact.name)).toEqual(expect.arrayContaining(['Value', 'Line']))
    for (const { value } of facts) expect(value).not.toMatch(/[\r\n]|undefined|NaN|null|\[object/)
  })
})

/** Rows that need more than one to say anything, each with one too few. */
const WITH_SAMPLE = CASES.flatMap((one) => (one.tooFew === null ? [] : [{ ...one, tooFew: one.tooFew }]))

describe.each(WITH_SAMPLE)('$rule', ({ rule: name, over, tooFew }) => {
  const rule = ruleOf(name)

  test('one too few to say so never fires, resolves nothing and is not missing', () => {
    const play = playRule(rule)
    expect(play.last(AGES_MS, [tooFew])).toBe('')
    expect(play.last(rule.forMs, [over])).toBe('F')
    expect(play.last(AGES_MS, [tooFew])).toBe('')
    expect(play.raised()).toMatchObject([{ state: { missing: 0, failing: 0 } }])
  })
})

test('a row whose case has one too few asks for more than one', () => {
  expect(WITH_SAMPLE.filter(({ rule }) => ruleOf(rule).minSample <= 1).map(({ rule }) => rule)).toEqual([])
})

const raised = (rule: AlertRule, labels: Labels): AlertRecord => ({
  rule: rule.name,
  labels,
  labelsKey: identityOf(labels),
  state: { ...newAlertState(START), phase: 'firing' },
  judgement: null,
  incidentId: null,
  loudSince: START,
  closedAt: null,
})

/** By which rule the first alert is muted while the others are raised; undefined when by none. */
const muted = (alert: AlertRecord, ...others: readonly AlertRecord[]): string | undefined =>
  mutedAlerts(CATALOGUE, INHIBITIONS, [], [alert, ...others], START).get(nameOf(alert))

test('every row has its case, and every case its row', () => {
  expect(CASES.map(({ rule }) => rule).toSorted()).toEqual([...RULES.keys()].toSorted())
})

test('rows are named once, whoever evaluates them, and so are the ones that are awaited', () => {
  const names = [CATALOGUE, PROMETHEUS_ONLY, AWAITED].flatMap((rows) => rows.map(({ name }) => name))
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

test('a name stands for one measure: it is asked once for all rows that share it', () => {
  const byName = new Map(CATALOGUE.map(({ measure }) => [measure.name, measure]))
  for (const { name, measure } of CATALOGUE)
    expect([name, byName.get(measure.name) === measure]).toEqual([name, true])
})

test('every row says what to do, and whom it tells', () => {
  for (const { name, runbook, tell } of [...CATALOGUE, ...PROMETHEUS_ONLY]) {
    expect([name, runbook.anchor, runbook.steps.length > 0, tell.length > 0]).toEqual([
      name,
      name.toLowerCase(),
      true,
      true,
    ])
    for (const step of runbook.steps) expect(step).toMatch(/^[^\r\n]{10,300}$/)
  }
})

/** Seconds before it fires, seconds of quiet before it is over: by hand, where they are not 0 and 300. */
test.each([
  ['WebhookSilence', 60, 300],
  ['StripeApiErrors', 120, 300],
  ['PaymentGatewayDown', 15, 300],
  ['PaymentGatewayErrors', 120, 300],
  ['OutboxLagHigh', 120, 300],
  ['ClickHouseIngestLag', 120, 300],
  ['QueueBacklog', 120, 300],
  ['DiskFillingUp', 300, 300],
  ['ReconciliationMissed', 300, 300],
  ['NegativeStripeBalance', 3_600, 300],
  ['DisputeOpened', 0, 0],
  ['DisputeEvidenceDueSoon', 0, 0],
  ['FraudFlagged', 0, 0],
  ['AlertEvaluationFailing', 60, 300],
  ['AlertDataMissing', 180, 300],
  ['AlertUnacknowledged', 0, 0],
  ['SilenceExpiring', 0, 0],
  ['WebhookFailuresHigh', 0, 300],
  ['WebhookStuckProcessing', 0, 300],
  ['StripeUnreachable', 0, 300],
  ['DependencyDown', 0, 300],
  ['LedgerImbalance', 0, 300],
  ['LoginBruteForce', 0, 300],
  ['AdminWithoutMfa', 3_600, 300],
])('%s fires after %d s and is over after %d s', (name, forS, keepS) => {
  const { forMs, keepMs } = ruleOf(name)
  expect([forMs, keepMs]).toEqual([forS * 1_000, keepS * 1_000])
})

/** Severity, who is told and whether it rings: the escalation table of the runbook's section 3, by hand. */
test.each([
  ['WebhookFailuresHigh', 'critical', ['on_call', 'it_support'], true],
  ['PaymentGatewayErrors', 'critical', ['on_call', 'it_support'], true],
  ['PaymentGatewayDown', 'critical', ['on_call', 'store_manager', 'management'], true],
  ['DisputeOpened', 'warning', ['store_manager', 'finance', 'compliance'], false],
  ['FraudFlagged', 'critical', ['security', 'store_manager'], true],
  ['LedgerImbalance', 'critical', ['finance', 'on_call'], true],
  ['LoginBruteForce', 'warning', ['security'], false],
  ['AdminWithoutMfa', 'critical', ['security', 'management'], true],
])('%s is %s for %j, pager: %j', (name, severity, tell, pages) => {
  const found = ruleOf(name)
  expect([found.severity, found.tell, found.pages]).toEqual([severity, tell, pages])
})

test('nobody alone can silence the ledger', () => {
  expect(CATALOGUE.filter((one) => !one.canBeSilenced).map(({ name }) => name)).toEqual(['LedgerImbalance'])
})

test('only what is critical rings a pager', () => {
  expect(CATALOGUE.filter(({ pages, severity }) => pages && severity !== 'critical')).toEqual([])
})

test('no cause is muted by what it mutes', () => {
  for (const cause of ['StripeUnreachable', 'PaymentGatewayDown', 'DependencyDown']) {
    const others = CATALOGUE.filter(({ name }) => name !== cause).map((rule) => raised(rule, {}))
    const labels: Labels = cause === 'DependencyDown' ? { dependency: 'postgres' } : {}
    expect([cause, muted(raised(ruleOf(cause), labels), ...others)]).toEqual([cause, undefined])
  }
})

test('a critical alert of one store mutes no warning of another', () => {
  const [first] = INHIBITIONS.filter(({ equal }) => equal.includes('store'))
  expect(first).toBeDefined()
  const warning = raised(ruleOf('WebhookBacklog'), { store: 'cafe' })
  expect(muted(warning, raised(ruleOf('WebhookSilence'), { store: 'bakery' }))).toBeUndefined()
  expect(muted(warning, raised(ruleOf('WebhookSilence'), { store: 'cafe' }))).toBe('WebhookSilence')
  expect(muted(warning, raised(ruleOf('WebhookSilence'), {}))).toBe('WebhookSilence')
})
