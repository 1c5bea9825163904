import type { AlertRule } from '../domain/rule.ts'

/** Rows of the alert catalogue about stripe. */
export const STRIPE_RULES: readonly AlertRule[] = []
