import { z } from '@hono/zod-openapi'

const whole = () => z.number().int()
const sum = () => ({ currency: z.string(), count: whole(), amount: whole() })
const byStatus = () => z.array(z.strictObject({ status: z.string(), count: whole() }))

/** What waits for a person. */
export const TASKS = [
  'exceptions_overdue',
  'exceptions_due_today',
  'exceptions_unassigned',
  'exception_approvals',
  'disputes_to_answer',
  'refunds_owed',
  'access_review',
] as const

/** Yesterday at a glance (runbook section 1): amounts are minor units, never summed over currencies. */
export const morningSchema = z.strictObject({
  as_of: z.string(),
  today: z.string(),
  /** Yesterday's business date, and the instants between which it lies. */
  date: z.string(),
  from: z.string(),
  to: z.string(),
  takings: z.array(z.strictObject({ method: z.string(), ...sum() })),
  refunds: z.array(z.strictObject(sum())),
  payments: byStatus(),
  webhooks: byStatus(),
  certificates: z.array(
    z.strictObject({
      id: z.string(),
      currency: z.string(),
      balance_type: z.string(),
      version: whole(),
      closing: whole(),
      clean: z.boolean(),
    }),
  ),
  /** What fired since yesterday began, and whatever still does. */
  alerts: z.array(
    z.strictObject({
      id: z.string(),
      rule: z.string(),
      severity: z.string(),
      headline: z.string(),
      opened_at: z.string(),
      acknowledged: z.strictObject({ at: z.string(), by: z.string() }).nullable(),
      resolved_at: z.string().nullable(),
    }),
  ),
  tasks: z.array(z.strictObject({ kind: z.enum(TASKS), count: whole(), due_at: z.string().nullable() })),
})

export type Morning = z.infer<typeof morningSchema>
