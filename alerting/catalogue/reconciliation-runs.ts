import type { AlertRule } from '../domain/rule.ts'
import { CERTIFIED_WITHIN_MS, runsMeasure, type RunsReading } from '../measures/reconciliation/read-runs.ts'
import { counted, HOUR_MS, judged, MINUTE_MS, rule, spanOf } from './rule-parts.ts'

const ABOUT_RUNS = {
  slo: 'reconciliation',
  component: 'reconciler',
  tell: ['finance', 'on_call'],
  measure: runsMeasure,
  explain: 'reconciliation',
} as const

const MISSED_MS = 26 * HOUR_MS

/** A shop that began to sell after its last run, or has none, waits for the first one from then on. */
const waitingSince = ({ lastSuccess, firstSale }: RunsReading): Date | null => lastSuccess ?? firstSale

const missed = rule({
  ...ABOUT_RUNS,
  name: 'ReconciliationMissed',
  severity: 'critical',
  pages: true,
  windowMs: MISSED_MS,
  // A platform that was down over night catches up first.
  forMs: 5 * MINUTE_MS,
  judge: (reading) => {
    const since = waitingSince(reading)
    const waitedMs = since === null ? 0 : reading.at.getTime() - since.getTime()
    const what = reading.lastSuccess === null ? 'the first sale' : 'the last night that succeeded'
    return judged(
      waitedMs > MISSED_MS,
      { value: since === null ? null : waitedMs / 1_000, line: MISSED_MS / 1_000 },
      {
        headline:
          since === null
            ? 'Nothing was sold yet: nothing is to be reconciled'
            : `No nightly reconciliation has succeeded for ${spanOf(waitedMs)}, longer than 26 h`,
        value: since === null ? 'nothing to reconcile yet' : `${spanOf(waitedMs)} since ${what}`,
        line: 'longer than 26 h',
        window: '26 h',
      },
    )
  },
  runbook: {
    title: 'Runbook section 8, and docs/reconciliation-runs.md',
    steps: [
      'GET /payments/api/reconciliation/status says when the last run ended and why the next one fails.',
      'Does the reconciler run (npx tillwatch doctor)? Start it: it catches up date by date by itself.',
      'If it fails, see ReconciliationFailed. Certificates of later dates wait for it.',
    ],
  },
  prometheus: {
    expr: 'time() - max(reconciliation_last_success_timestamp_seconds > 0) > 26 * 3600',
    for: '5m',
  },
})

const FAILED_LINE = 2

const failed = rule({
  ...ABOUT_RUNS,
  name: 'ReconciliationFailed',
  severity: 'critical',
  pages: true,
  windowMs: 0,
  judge: ({ failed: run }) =>
    judged(
      run !== null && run.attempts >= FAILED_LINE,
      { value: run?.attempts ?? 0, line: FAILED_LINE },
      {
        headline:
          run === null
            ? 'No nightly reconciliation fails'
            : `The reconciliation of ${run.date} failed ${run.attempts} times (${run.code})`,
        value: run === null ? 'none fails' : `failed ${run.attempts} times`,
        line: 'twice or more',
        window: 'until it succeeds',
        ...(run === null ? {} : { more: [{ name: 'Error', value: run.code }] }),
      },
    ),
  runbook: {
    title: 'Runbook section 8, and docs/reconciliation-runs.md',
    steps: [
      'Read the error: GET /payments/api/reconciliation/status, or the lines of the reconciler in the log.',
      '"provider_unavailable": wait for Stripe. "storage_unavailable": mend the database. Anything else: call whoever wrote the last release.',
      'Then run the date again: npx tillwatch reconcile --from DATE --to DATE.',
    ],
  },
})

const LOOKS_MS = 15 * MINUTE_MS

const looksFailing = rule({
  ...ABOUT_RUNS,
  name: 'ReconciliationLooksFailing',
  severity: 'warning',
  tell: ['it_support'],
  pages: false,
  windowMs: LOOKS_MS,
  judge: ({ at, looksFailingSince }) => {
    const failingMs = looksFailingSince === null ? 0 : at.getTime() - looksFailingSince.getTime()
    return judged(
      failingMs > LOOKS_MS,
      { value: failingMs / 1_000, line: LOOKS_MS / 1_000 },
      {
        headline: `Looks at today's balance transactions have failed for ${spanOf(failingMs)}, longer than 15 min`,
        value: looksFailingSince === null ? 'they succeed' : `failing for ${spanOf(failingMs)}`,
        line: 'longer than 15 min',
        window: 'now',
      },
    )
  },
  runbook: {
    title: 'docs/reconciliation-runs.md',
    steps: [
      'GET /payments/api/reconciliation/status names the error.',
      'Payments and the nightly run do not need the looks: what is wrong is only known later.',
    ],
  },
})

const uncertified = rule({
  ...ABOUT_RUNS,
  name: 'UncertifiedDay',
  severity: 'warning',
  tell: ['finance'],
  pages: false,
  windowMs: CERTIFIED_WITHIN_MS,
  judge: ({ uncertified: dates, firstUncertified }) =>
    judged(
      dates > 0,
      { value: dates, line: 0 },
      {
        headline:
          firstUncertified === null
            ? 'Every date has its certificates'
            : `${counted(dates, 'date')} without a certificate 6 h after the run was due, the first is ${firstUncertified}`,
        value: counted(dates, 'date'),
        line: 'more than 0',
        window: 'due more than 6 h ago, of the last 31 days',
      },
    ),
  runbook: {
    title: 'docs/certificates.md',
    steps: [
      'See why its run did not end: GET /payments/api/reconciliation/runs.',
      'Run the date again: npx tillwatch reconcile --from DATE --to DATE.',
      'npx tillwatch certify proves the chain afterwards.',
    ],
  },
})

/** Rows about whether reconciliation happens. */
export const RUN_RULES: readonly AlertRule[] = [missed, failed, looksFailing, uncertified]
