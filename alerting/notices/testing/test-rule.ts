import type { AlertRule, Explain, Judgement } from '../../domain/rule.ts'

/** What was judged in a test, with its headline. */
export const judgedAs = (headline: string, more: Partial<Judgement> = {}): Judgement => ({
  finding: 'breached',
  value: 0.8,
  line: 0.95,
  numerator: 6,
  denominator: 30,
  headline,
  facts: [{ name: 'Value', value: '80 % (24 of 30)' }],
  ...more,
})

/** A rule of a test: only what a notice says of it. */
export const testRule = (explain: Explain, more: Partial<AlertRule> = {}): AlertRule => ({
  name: 'PaymentSuccessRateCritical',
  severity: 'critical',
  slo: 'success',
  component: 'gateway',
  tell: ['on_call'],
  pages: true,
  measure: { name: 'none', from: 'clickhouse', read: async () => Promise.resolve([]) },
  judge: () => judgedAs(''),
  windowMs: 3_600_000,
  minSample: 20,
  forMs: 0,
  keepMs: 0,
  whenGone: 'no_data',
  groupBy: ['store'],
  explain,
  canBeSilenced: true,
  runbook: { title: 'Runbook section 4', anchor: 'paymentsuccessratecritical', steps: ['Look at the codes'] },
  origin: 'runbook',
  prometheus: null,
  ...more,
})
