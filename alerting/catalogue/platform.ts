import type { AlertRule } from '../domain/rule.ts'
import { DEPENDENCY_RULES } from './platform-dependencies.ts'
import { ACCESS_RULES } from './platform-access.ts'
import { FLOW_RULES } from './platform-flow.ts'
import { GATEWAY_RULES } from './platform-gateway.ts'

/** Rows of the alert catalogue about the platform's own parts. */
export const PLATFORM_RULES: readonly AlertRule[] = [
  ...GATEWAY_RULES,
  ...DEPENDENCY_RULES,
  ...FLOW_RULES,
  ...ACCESS_RULES,
]
