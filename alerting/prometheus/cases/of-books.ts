import { scene, type RuleCase } from './rule-case.ts'

const NIGHT = 'reconciliation_last_success_timestamp_seconds'
const OPEN = 'reconciliation_open_exceptions'
const OLDEST = 'reconciliation_oldest_exception_age_seconds'

/** Cases about ledger, reconciliation and disputes. */
export const BOOK_CASES: readonly RuleCase[] = [
  {
    rule: 'LedgerImbalance',
    why: 'one cent too few, and none',
    fires: scene(5, {
      'ledger_imbalance_minor{currency="gbp"}': '-1x10',
      'ledger_imbalance_minor{currency="eur"}': '0x10',
    }),
    silent: scene(5, { 'ledger_imbalance_minor{currency="gbp"}': '0x10' }),
  },
  {
    rule: 'ReconciliationMissed',
    why: 'the last success is 27 h ago, and 25 h',
    fires: scene(27 * 60, { [NIGHT]: '1x1700' }),
    silent: scene(25 * 60, { [NIGHT]: '1x1700' }),
  },
  {
    rule: 'ReconciliationExceptionsOpen',
    why: 'one of high severity, and one of low',
    fires: scene(10, { [`${OPEN}{severity="high"}`]: '1x20', [`${OPEN}{severity="low"}`]: '1x20' }),
    silent: scene(10, { [`${OPEN}{severity="high"}`]: '0x20', [`${OPEN}{severity="low"}`]: '1x20' }),
  },
  {
    rule: 'ExceptionAging',
    why: 'the oldest is a second older than five days, and five days old',
    fires: scene(10, { [OLDEST]: '432001x20' }),
    silent: scene(10, { [OLDEST]: '432000x20' }),
  },
  {
    rule: 'PayoutOverdue',
    why: 'a payout is late, and none is',
    fires: scene(10, { payout_overdue_seconds: '1x20' }),
    silent: scene(10, { payout_overdue_seconds: '0x20' }),
  },
  {
    rule: 'DisputeOpened',
    why: 'one is opened, and one is won',
    fires: scene(10, { 'disputes_total{outcome="opened"}': '0x5 1x20' }),
    silent: scene(10, {
      'disputes_total{outcome="won"}': '0x5 1x20',
      'disputes_total{outcome="opened"}': '1x25',
    }),
  },
  {
    rule: 'DisputeEvidenceDueSoon',
    why: 'one is due within 48 h, and none',
    fires: scene(10, { 'disputes_evidence_due{within="48h"}': '1x20' }),
    silent: scene(10, { 'disputes_evidence_due{within="48h"}': '0x20' }),
  },
  {
    rule: 'FraudFlagged',
    why: 'one warning, and none since',
    fires: scene(10, { 'fraud_flags_total{severity="high"}': '0x5 1x20' }),
    silent: scene(10, { 'fraud_flags_total{severity="high"}': '1x25' }),
  },
]
