import type { AlertRule } from '../domain/rule.ts'
import { BUDGET_RULES } from './payments-budget.ts'
import { FLOW_RULES } from './payments-flow.ts'
import { LATENCY_RULES } from './payments-latency.ts'
import { PLACES_RULES } from './payments-places.ts'
import { REASONS_RULES } from './payments-reasons.ts'
import { SUCCESS_RULES } from './payments-success.ts'

/** Rows of the alert catalogue about card payments. */
export const PAYMENTS_RULES: readonly AlertRule[] = [
  ...SUCCESS_RULES,
  ...BUDGET_RULES,
  ...PLACES_RULES,
  ...REASONS_RULES,
  ...LATENCY_RULES,
  ...FLOW_RULES,
]
