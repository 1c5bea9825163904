import type { AlertRule } from '../domain/rule.ts'

/** Rows of the alert catalogue about meta. */
export const META_RULES: readonly AlertRule[] = []
