import type { AlertRule } from '../domain/rule.ts'

/** Rows of the alert catalogue about reconciliation. */
export const RECONCILIATION_RULES: readonly AlertRule[] = []
