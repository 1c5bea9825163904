import { ACCESS_CASES } from './access-cases.ts'
import { LEDGER_CASES, RECONCILIATION_CASES } from './books-cases.ts'
import { DISPUTES_CASES } from './disputes-cases.ts'
import { META_CASES } from './meta-cases.ts'
import { PLATFORM_CASES } from './platform-cases.ts'
import { PAYMENTS_CASES } from './payments-cases.ts'
import type { RuleCase } from './rule-case.ts'
import { STRIPE_CASES } from './stripe-cases.ts'
import { WEBHOOKS_CASES } from './webhooks-cases.ts'

/** Every row of the catalogue at its edges. */
export const CASES: readonly RuleCase[] = [
  ...PAYMENTS_CASES,
  ...WEBHOOKS_CASES,
  ...STRIPE_CASES,
  ...PLATFORM_CASES,
  ...ACCESS_CASES,
  ...LEDGER_CASES,
  ...RECONCILIATION_CASES,
  ...DISPUTES_CASES,
  ...META_CASES,
]
