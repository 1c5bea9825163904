import type { AwaitedRule } from '../domain/rule.ts'

/**
 * Rows of the catalogue whose facts nothing stores yet, with what brings them: parts of the platform that are not built, named as
 * architecture and runbook name them. A row moves to its topic when its facts are there.
 */
export const AWAITED: readonly AwaitedRule[] = [
  {
    name: 'OfflineModeActive',
    severity: 'warning',
    condition: 'A store takes payments offline',
    waitsFor:
      'Offline mode of the tills (runbook section 3, Network Connection Issues): a stored switch per store',
  },
  {
    name: 'PaymentsOfflineQueueAging',
    severity: 'warning',
    condition: 'The oldest payment taken offline is older than 15 min, or one was refused when it was sent',
    waitsFor: 'Offline mode of the tills: its queue of payments',
  },
  {
    name: 'StripeCircuitOpen',
    severity: 'critical',
    condition: 'The circuit breaker of calls to Stripe has been open for 1 min',
    waitsFor: 'A circuit breaker; calls are given up after 5 s without one, which StripeApiErrors counts',
  },
  {
    name: 'CanaryPaymentFailed',
    severity: 'critical',
    condition: 'Two test payments in a row fail within 15 min',
    waitsFor: 'The canary: a payment in test mode beside the live account, by its own key',
  },
  {
    name: 'DependencyDown{redis}',
    severity: 'critical',
    condition: 'Redis has not answered for 1 min',
    waitsFor:
      'A handle on Redis beside the queue library; without Redis sweeps find all work within a second',
  },
  {
    name: 'HighErrorLog',
    severity: 'warning',
    condition: 'ERROR lines in 15 min are more than five times their median of 7 days',
    waitsFor: 'Counts of log lines by level, stored (runbook section 4, Review Error Logs)',
  },
  {
    name: 'RefundAnomaly',
    severity: 'warning',
    condition: "A cashier's refunds exceed three times the median or 10 % of the sales",
    waitsFor: 'Reviews of cashiers (/reviews)',
  },
  {
    name: 'PanDetected',
    severity: 'critical',
    condition: 'A card number is found in a log, an event or the database',
    waitsFor:
      'A stored finding of the scan; card numbers are refused at every door already (core/http/pan.ts)',
  },
  {
    name: 'PrivilegedActionUnusual',
    severity: 'warning',
    condition: 'A role, key or silence is changed out of hours',
    waitsFor: 'Hours of the house for its own people; the audit trail has every such change (/admin/audit)',
  },
  {
    name: 'StaleUserAccess',
    severity: 'warning',
    condition: 'Somebody has access and has not used it for 90 days, or has left',
    waitsFor:
      'A look at when each was last there; the quarterly review shows who has access (/admin/reviews)',
  },
  {
    name: 'BackupTooOld',
    severity: 'critical',
    condition: 'The last good backup is older than 26 h',
    waitsFor: 'Backups (tillwatch backup; runbook section 5)',
  },
  {
    name: 'RestoreDrillOverdue',
    severity: 'warning',
    condition: 'The last restore drill is older than 92 days',
    waitsFor: 'Restore drills (tillwatch drill; runbook section 6, quarterly)',
  },
  {
    name: 'TlsCertificateExpiring',
    severity: 'warning',
    condition: 'The certificate of our public address ends in less than 14 days; critical under 3',
    waitsFor: 'The look at our own public address (runbook section 6, monthly)',
  },
  {
    name: 'ApiKeyRotationDue',
    severity: 'warning',
    condition: 'A key is older than 90 days',
    waitsFor: 'Secrets with their dates (tillwatch secret)',
  },
  {
    name: 'HttpsViolation',
    severity: 'critical',
    condition: 'A payment or webhook address with plain HTTP is configured outside this machine',
    waitsFor: 'The daily check of the configuration (runbook section 7)',
  },
  {
    name: 'ChecklistOverdue',
    severity: 'warning',
    condition: 'A daily check of the runbook is not ticked in time',
    waitsFor: 'Checklists (/checklists; runbook sections 1 and 4)',
  },
  {
    name: 'ScheduledTaskOverdue',
    severity: 'warning',
    condition: 'A scheduled task has not succeeded for longer than it may',
    waitsFor: 'Scheduled tasks with their last success (runbook sections 4 and 6)',
  },
]
