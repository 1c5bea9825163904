/** Who hears of an alert; shop.yaml says how each is reached (runbook section 3, Escalation Procedures). */
export const AUDIENCES = [
  'on_call',
  'it_support',
  'store_manager',
  'management',
  'security',
  'compliance',
  'finance',
] as const
export type Audience = (typeof AUDIENCES)[number]
