import type { Rule } from './rule.ts'

/** What becomes of a delivery in `default`: 5 % never arrive, 5 % arrive twice, half of these under another event id. */
const FATES: readonly Rule[] = [
  { on: 'delivery', kind: 'drop', probability: 0.05 },
  { on: 'delivery', kind: 'double', probability: 0.025 },
  { on: 'delivery', kind: 'double_other_id', probability: 0.025 },
]

/** When it arrives: 15 % up to six hours late, 5 % overtaken by what the next ten minutes bring. */
const TIMES: readonly Rule[] = [
  { on: 'delivery', kind: 'delay', probability: 0.15, max_s: 21_600 },
  { on: 'delivery', kind: 'reorder', probability: 0.05, max_s: 600 },
]

/** Of all calls, money calls and reads alike: 2 % time out after success, 2 % answer 500, 1 % 429, 1 % are reset. */
const CALLS: readonly Rule[] = [
  { on: 'call', kind: 'timeout_after', probability: 0.02, hold_ms: 300 },
  { on: 'call', kind: 'error_500', probability: 0.01 },
  { on: 'call', kind: 'error_500_after', probability: 0.01 },
  { on: 'call', kind: 'rate_limit', probability: 0.01, reason: 'global-rate' },
  { on: 'call', kind: 'reset', probability: 0.005, when: 'before' },
  { on: 'call', kind: 'reset', probability: 0.005, when: 'after' },
]

/** The sets that `/_sandbox/faults` and `tillwatch play --faults` know by name. */
export const NAMED_SETS = {
  default: [...FATES, ...TIMES, ...CALLS],
  webhooks_off: [{ on: 'delivery', kind: 'drop', probability: 1 }, ...CALLS],
} as const satisfies Record<string, readonly Rule[]>

export type SetName = keyof typeof NAMED_SETS

/** The names, for messages and checks. */
export const SET_NAMES = Object.keys(NAMED_SETS) as [SetName, ...SetName[]]
