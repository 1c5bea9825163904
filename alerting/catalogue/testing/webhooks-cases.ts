import type { InboxReading } from '../../measures/webhooks/read-inbox.ts'
import { pulse } from './stripe-cases.ts'
import type { RuleCase } from './rule-case.ts'

const AT = new Date('2026-03-02T12:00:00.000Z')
const MINUTE_MS = 60_000
const ago = (minutes: number, ms = 0): Date => new Date(AT.getTime() - minutes * MINUTE_MS - ms)

const inbox = (change: Partial<InboxReading>): InboxReading => ({
  labels: {},
  at: AT,
  failed: 0,
  unprocessed: 0,
  stuck: 0,
  parked: 0,
  oldestWaiting: null,
  lastDelivery: AT,
  succeeded: 0,
  deliveries: 0,
  late: 0,
  p95Ms: null,
  ...change,
})
const endpoints = (known: number, ours: number, enabled: number) => ({ labels: {}, known, ours, enabled })

/** Causes that explain whatever is wrong with deliveries. */
const OUTAGES: NonNullable<RuleCase['mutedBy']> = [
  ['DependencyDown', { dependency: 'postgres' }],
  ['PaymentGatewayDown'],
  ['StripeApiErrors'],
  ['StripeUnreachable', { dependency: 'stripe' }],
]
/** The critical rows about deliveries, which say more than their warnings. */
const WORSE: NonNullable<RuleCase['mutedBy']> = [
  ['WebhookEndpointDisabled'],
  ['WebhookFailuresHigh'],
  ['WebhookSilence'],
  ['WebhookStuckProcessing'],
]

/** The rows about Stripe's deliveries at their edges. */
export const WEBHOOKS_CASES: readonly RuleCase[] = [
  {
    rule: 'WebhookFailuresHigh',
    over: inbox({ failed: 11 }),
    under: inbox({ failed: 10 }),
    tooFew: null,
    mutedBy: OUTAGES,
  },
  {
    rule: 'WebhookStuckProcessing',
    over: inbox({ stuck: 1 }),
    under: inbox({ stuck: 0 }),
    tooFew: null,
    mutedBy: OUTAGES,
  },
  {
    rule: 'WebhookUnprocessed',
    over: inbox({ unprocessed: 1 }),
    under: inbox({ unprocessed: 0 }),
    tooFew: null,
    mutedBy: OUTAGES,
  },
  {
    rule: 'WebhookBacklog',
    over: inbox({ oldestWaiting: ago(5, 1) }),
    under: inbox({ oldestWaiting: ago(5) }),
    tooFew: null,
    mutedBy: [...OUTAGES, ...WORSE],
  },
  {
    rule: 'WebhookDeadLettered',
    over: inbox({ parked: 1 }),
    under: inbox({ parked: 0 }),
    tooFew: null,
    mutedBy: [...OUTAGES, ...WORSE],
  },
  {
    rule: 'WebhookSilence',
    over: inbox({ lastDelivery: ago(15), succeeded: 3 }),
    under: inbox({ lastDelivery: ago(15, -1), succeeded: 3 }),
    tooFew: inbox({ lastDelivery: ago(15), succeeded: 2 }),
    mutedBy: OUTAGES,
    also: [
      ['none came for a day', inbox({ lastDelivery: null, succeeded: 3 }), 'breached'],
      ['a shop at night says nothing', inbox({ lastDelivery: ago(600), succeeded: 0 }), 'too_few'],
      ['a delivery is enough, whatever is sold', inbox({ lastDelivery: AT, succeeded: 0 }), 'quiet'],
    ],
  },
  {
    rule: 'WebhookDeliveryLag',
    over: inbox({ deliveries: 20, late: 2, p95Ms: 300_001 }),
    under: inbox({ deliveries: 20, late: 1, p95Ms: 2_000 }),
    tooFew: inbox({ deliveries: 19, late: 19, p95Ms: 900_000 }),
    mutedBy: [...OUTAGES, ...WORSE],
    also: [['nothing was delivered', inbox({}), 'too_few']],
  },
  {
    rule: 'WebhookSignatureFailures',
    over: pulse({ signatureFailures: 5 }),
    under: pulse({ signatureFailures: 4 }),
    tooFew: null,
    mutedBy: [['WebhookSignatureFailuresHigh']],
  },
  {
    rule: 'WebhookSignatureFailuresHigh',
    over: pulse({ signatureFailures: 50 }),
    under: pulse({ signatureFailures: 49 }),
    tooFew: null,
    mutedBy: [],
  },
  {
    rule: 'PaymentWithoutWebhook',
    over: { labels: {}, payments: 3, unheard: 3 } as RuleCase['over'],
    under: { labels: {}, payments: 500, unheard: 2 } as RuleCase['under'],
    tooFew: null,
    mutedBy: [...OUTAGES, ...WORSE],
  },
  {
    rule: 'StateMismatch',
    over: { labels: {}, waiting: 1, exceptions: 0 } as RuleCase['over'],
    under: { labels: {}, waiting: 0, exceptions: 0 } as RuleCase['under'],
    tooFew: null,
    mutedBy: [],
    also: [['an exception alone', { labels: {}, waiting: 0, exceptions: 1 } as RuleCase['over'], 'breached']],
  },
  {
    rule: 'WebhookEndpointDisabled',
    over: endpoints(3, 2, 0),
    under: endpoints(3, 2, 1),
    tooFew: null,
    mutedBy: OUTAGES,
    also: [['Stripe knows none of ours', endpoints(1, 0, 0), 'breached']],
  },
]
