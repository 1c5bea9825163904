import { z } from 'zod'

const DAY_S = 86_400
/** Longest time in machine time that a call is held; the clock of the sandbox waits for it. */
const HOLD_MAX_MS = 120_000
/** Long enough that a call was surely on its way, short enough that a month of faults does not stall. */
const HOLD_DEFAULT_MS = 300
const TOLERANCE_S = 300
const MATCH_MAX = 200

const text = z.string().min(1).max(MATCH_MAX)

const callMatch = z
  .strictObject({ method: z.enum(['GET', 'POST', 'DELETE']).optional(), path: text.optional() })
  .optional()
const listMatch = z.strictObject({ path: text.optional() }).optional()
const deliveryMatch = z.strictObject({ type: text.optional() }).optional()

const share = {
  probability: z.number().min(0).max(1).optional(),
  times: z.number().int().min(1).max(1_000_000).optional(),
}

const onCall = <K extends string, S extends z.ZodRawShape>(kind: K, params: S) =>
  z.strictObject({ on: z.literal('call'), kind: z.literal(kind), ...share, match: callMatch, ...params })

const onDelivery = <K extends string, S extends z.ZodRawShape>(kind: K, params: S) =>
  z.strictObject({
    on: z.literal('delivery'),
    kind: z.literal(kind),
    ...share,
    match: deliveryMatch,
    ...params,
  })

const hold = { hold_ms: z.number().int().min(0).max(HOLD_MAX_MS).default(HOLD_DEFAULT_MS) }
const maxWait = (seconds: number) => ({ max_s: z.number().int().min(1).max(21_600).default(seconds) })

/** The reasons Stripe names in `Stripe-Rate-Limited-Reason`. */
const REASONS = [
  'global-rate',
  'global-concurrency',
  'endpoint-rate',
  'endpoint-concurrency',
  'resource-specific',
] as const

const kinds = z.discriminatedUnion('kind', [
  onCall('latency', { ms: z.number().int().min(1).max(HOLD_MAX_MS) }),
  onCall('timeout_before', hold),
  onCall('timeout_after', hold),
  onCall('error_500', {}),
  onCall('error_500_after', {}),
  onCall('rate_limit', { reason: z.enum(REASONS).default('global-rate') }),
  onCall('lock_timeout', {}),
  onCall('conflict', {}),
  onCall('reset', { when: z.enum(['before', 'after']).default('before') }),
  onCall('truncated', {}),
  z.strictObject({
    on: z.literal('list'),
    kind: z.literal('late_visibility'),
    probability: share.probability,
    match: listMatch,
    s: z.number().int().min(1).max(DAY_S),
  }),
  onDelivery('drop', {}),
  onDelivery('double', {}),
  onDelivery('double_other_id', {}),
  onDelivery('delay', maxWait(21_600)),
  onDelivery('reorder', maxWait(60)),
  onDelivery('forge', {}),
  onDelivery('skew', {
    s: z
      .number()
      .int()
      .min(-DAY_S)
      .max(DAY_S)
      .refine((s) => Math.abs(s) > TOLERANCE_S, `must be off by more than ${TOLERANCE_S} s`),
  }),
])

/** One rule as it is sent to `/_sandbox/faults`: where it bites, what it does, how often. */
export const ruleShape = kinds.superRefine((rule, context) => {
  const times = 'times' in rule ? rule.times : undefined
  if (rule.kind === 'late_visibility' || rule.probability !== undefined || times !== undefined) return
  context.addIssue({ code: 'custom', path: ['probability'], message: 'probability or times is needed' })
})

export type Rule = z.output<typeof ruleShape>
export type CallRule = Extract<Rule, { on: 'call' }>
export type DeliveryRule = Extract<Rule, { on: 'delivery' }>
export type ListRule = Extract<Rule, { on: 'list' }>

/** A rule that strikes, with its place among the rules. */
export type Struck = { rule: Rule; place: number }

/** How far the faults have come; kept in the store, so that a restart goes on behind what was drawn. */
export type FaultCounts = {
  /** Starts of the sandbox under these faults: part of every draw, so that none is ever drawn again. */
  epoch: number
  /** Calls and deliveries drawn for so far. */
  call: number
  delivery: number
  /** Per rule, in the rules' order. */
  seen: number[]
  hit: number[]
}

export type FaultState = { name: string | null; seed: number; rules: Rule[]; counts: FaultCounts }

/** Counts of faults that were just set. */
export const newCounts = (rules: readonly Rule[]): FaultCounts => ({
  epoch: 0,
  call: 0,
  delivery: 0,
  seen: rules.map(() => 0),
  hit: rules.map(() => 0),
})
