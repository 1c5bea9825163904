import type { AlertRule } from '../domain/rule.ts'

/** Rows of the alert catalogue about platform. */
export const PLATFORM_RULES: readonly AlertRule[] = []
