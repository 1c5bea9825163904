import { DISPUTES_RULES } from './catalogue/disputes.ts'
import { LEDGER_RULES } from './catalogue/ledger.ts'
import { META_RULES } from './catalogue/meta.ts'
import { PAYMENTS_RULES } from './catalogue/payments.ts'
import { PLATFORM_RULES } from './catalogue/platform.ts'
import { RECONCILIATION_RULES } from './catalogue/reconciliation.ts'
import { STRIPE_RULES } from './catalogue/stripe.ts'
import { WEBHOOKS_RULES } from './catalogue/webhooks.ts'
import type { AlertRule } from './domain/rule.ts'

/** Every row of the alert catalogue, by topic. */
export const CATALOGUE: readonly AlertRule[] = [
  ...PAYMENTS_RULES,
  ...WEBHOOKS_RULES,
  ...STRIPE_RULES,
  ...PLATFORM_RULES,
  ...LEDGER_RULES,
  ...RECONCILIATION_RULES,
  ...DISPUTES_RULES,
  ...META_RULES,
]
