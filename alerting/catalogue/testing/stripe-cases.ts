import type { PulseReading } from '../../measures/platform/read-pulses.ts'
import type { ProbeReading } from '../../measures/probes.ts'
import type { RuleCase } from './rule-case.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')

/** What processes say of themselves when all is well, but for `change`. */
export const pulse = (change: Partial<PulseReading>): PulseReading => ({
  labels: {},
  at: AT,
  anyAt: AT,
  gatewayAt: AT,
  answers: 0,
  serverErrors: 0,
  stripeCalls: 0,
  stripeOutcomes: {},
  signatureFailures: 0,
  ...change,
})

/** A dependency that answers, but for `change`. */
export const probe = (dependency: string, change: Partial<ProbeReading>): ProbeReading => ({
  labels: { dependency },
  failuresInARow: 0,
  failingForMs: 0,
  tookMs: [],
  why: null,
  ...change,
})

const calls = (ok: number, outcomes: Readonly<Record<string, number>>) =>
  pulse({
    stripeCalls: ok + Object.values(outcomes).reduce((sum, count) => sum + count, 0),
    stripeOutcomes: { ok, ...outcomes },
  })

/** The rows about Stripe at their edges. */
export const STRIPE_CASES: readonly RuleCase[] = [
  {
    rule: 'StripeApiErrors',
    // 5 of 99 are 5.05 %, 5 of 100 are 5 % itself.
    over: calls(94, { api_error: 3, connection_error: 2 }),
    under: calls(95, { api_error: 3, rate_limited: 2 }),
    tooFew: calls(0, { api_error: 19 }),
    mutedBy: [['StripeUnreachable', { dependency: 'stripe' }]],
    also: [
      ['twenty are enough', calls(15, { connection_error: 5 }), 'breached'],
      ['four that fail are too few to wake anybody', calls(16, { connection_error: 4 }), 'quiet'],
      ['cards that are refused are no errors', calls(0, { card_error: 100 }), 'quiet'],
      ['a wrong key is none of Stripe', calls(20, { auth_error: 20 }), 'quiet'],
    ],
  },
  {
    rule: 'StripeUnreachable',
    over: probe('stripe', { failuresInARow: 3, failingForMs: 20_000 }),
    under: probe('stripe', { failuresInARow: 2, failingForMs: 60_000 }),
    tooFew: null,
    mutedBy: [],
  },
  {
    rule: 'StripeRateLimited',
    over: calls(1_000, { rate_limited: 10 }),
    under: calls(0, { rate_limited: 9 }),
    tooFew: null,
    mutedBy: [['StripeApiErrors'], ['StripeUnreachable', { dependency: 'stripe' }]],
  },
  {
    rule: 'StripeAuthError',
    over: calls(1_000, { auth_error: 1 }),
    under: calls(1_000, { api_error: 5 }),
    tooFew: null,
    mutedBy: [],
  },
]
