import type { Inhibition } from '../domain/inhibit.ts'
import type { Matcher } from '../domain/labels.ts'

const is = (label: string, value: string): Matcher => ({ label, is: 'equal', value })
const named = (name: string): readonly Matcher[] => [is('alertname', name)]

/** Whatever of these is told explains the effects below; a database that is away leaves nothing else to be told of. */
const CAUSES: readonly (readonly Matcher[])[] = [
  named('PaymentGatewayDown'),
  named('StripeUnreachable'),
  named('StripeApiErrors'),
  [is('alertname', 'DependencyDown'), is('dependency', 'postgres')],
]

/** What people would be told of besides: payments that fail, are slow or stop, and deliveries that do not come. */
const EFFECT_SLOS = [
  'success_rate',
  'system_success',
  'latency',
  'payments_stopped',
  // Calls that Stripe does not answer leave payments whose outcome nobody knows.
  'payments_stuck',
  'webhooks',
] as const

const causesMuteEffects = CAUSES.flatMap((source) =>
  EFFECT_SLOS.map((slo): Inhibition => ({ source, target: [is('slo', slo)], equal: [] })),
)

/** While Stripe cannot be asked, that it says nothing is no news; nor that the gateway cannot serve without its database. */
const outagesMuteOutages: readonly Inhibition[] = [
  { source: named('StripeUnreachable'), target: named('StripeApiErrors'), equal: [] },
  { source: named('StripeUnreachable'), target: named('StripeRateLimited'), equal: [] },
  {
    source: named('StripeUnreachable'),
    target: [is('alertname', 'AlertEvaluationFailing'), is('rule', 'WebhookEndpointDisabled')],
    equal: [],
  },
  {
    source: [is('alertname', 'DependencyDown'), is('dependency', 'postgres')],
    target: named('PaymentGatewayErrors'),
    equal: [],
  },
]

/** Alerts that are not told while their cause is (observability.md §6). */
export const INHIBITIONS: readonly Inhibition[] = [
  ...causesMuteEffects,
  ...outagesMuteOutages,
  // The worse one of the same thing says it all: that of the whole shop everything, that of a store what is of this store.
  {
    source: [is('severity', 'critical'), is('store', '')],
    target: [is('severity', 'warning')],
    equal: ['slo'],
  },
  { source: [is('severity', 'critical')], target: [is('severity', 'warning')], equal: ['slo', 'store'] },
  // The same refusals, counted over the hour: one page is enough.
  {
    source: named('PaymentSuccessRateCritical'),
    target: named('RepeatedFailuresAcrossCustomers'),
    equal: [],
  },
  // A store, a method or the target is worth a message of its own only while the shop as a whole is well.
  ...['StoreSuccessRateLow', 'MethodSuccessRateLow', 'PaymentSuccessRateBelowTarget'].map((name) => ({
    source: named('PaymentSuccessRateLow'),
    target: named(name),
    equal: [],
  })),
  { source: named('ReconciliationMissed'), target: named('ExceptionAging'), equal: [] },
]
