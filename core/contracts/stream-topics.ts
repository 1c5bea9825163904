import type { Role } from '../access/roles.ts'

/** Topics of the stream, and who may listen to each (architecture §3.1, roles). */
export const TOPICS = {
  payments: ['cashier', 'finance', 'oncall', 'manager', 'auditor'],
  webhooks: ['finance', 'oncall', 'manager', 'admin', 'auditor'],
  exceptions: ['finance', 'manager', 'auditor'],
  alerts: ['oncall', 'manager', 'admin', 'auditor'],
} as const satisfies Readonly<Record<string, readonly Role[]>>

export type Topic = keyof typeof TOPICS
export const TOPIC_NAMES = Object.keys(TOPICS) as [Topic, ...Topic[]]
