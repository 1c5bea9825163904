import type { AlertRule } from '../domain/rule.ts'
import { HEARD_RULES } from './webhooks-heard.ts'
import { INBOX_RULES } from './webhooks-inbox.ts'

/** Rows of the alert catalogue about Stripe's deliveries: whether they come, and whether they are applied. */
export const WEBHOOKS_RULES: readonly AlertRule[] = [...INBOX_RULES, ...HEARD_RULES]
