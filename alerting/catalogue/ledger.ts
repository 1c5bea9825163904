import type { AlertRule } from '../domain/rule.ts'

/** Rows of the alert catalogue about ledger. */
export const LEDGER_RULES: readonly AlertRule[] = []
