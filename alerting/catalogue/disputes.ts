import type { AlertRule } from '../domain/rule.ts'

/** Rows of the alert catalogue about disputes. */
export const DISPUTES_RULES: readonly AlertRule[] = []
