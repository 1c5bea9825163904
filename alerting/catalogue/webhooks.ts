import type { AlertRule } from '../domain/rule.ts'

/** Rows of the alert catalogue about webhooks. */
export const WEBHOOKS_RULES: readonly AlertRule[] = []
