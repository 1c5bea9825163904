import type { AlertRule } from '../domain/rule.ts'
import { EXCEPTION_RULES } from './reconciliation-exceptions.ts'
import { MONEY_RULES } from './reconciliation-money.ts'
import { RUN_RULES } from './reconciliation-runs.ts'

/** Rows of the alert catalogue about proving the books against Stripe's. */
export const RECONCILIATION_RULES: readonly AlertRule[] = [...RUN_RULES, ...EXCEPTION_RULES, ...MONEY_RULES]
