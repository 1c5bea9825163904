import type Stripe from 'stripe'
import { Table } from './table.ts'

/** An event as stored; `pending_webhooks` is counted when it is shown. */
export type SandboxEvent = {
  id: string
  object: 'event'
  api_version: string | null
  created: number
  data: { object: object; previous_attributes?: object }
  livemode: boolean
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null } | null
  type: string
}

/** What the simulated customer at a reader does; the sandbox's own, shown by the control plane only. Its id: `play_tmr_...`. */
export type ReaderPlay = {
  id: string
  object: 'reader_play'
  /** A card is presented without anyone's doing, `after_ms` after the reader asks for one. */
  auto: boolean
  after_ms: number
  /** Test number of the card that is presented. */
  number: string
  /** A physical test card: the cents of the amount choose the result (stripe.md §6). */
  physical: boolean
  /** What happens to the next action only. */
  next: ReaderNext | null
  /** What happens to the action under way. */
  doing: ReaderNext | null
  /** The card is read and the bank is asked: the action can be neither replaced nor cancelled. */
  authorizing: boolean
  /** The intent whose card was collected and not yet confirmed, and that card. */
  collected: { intent: string; method: string } | null
}

export type ReaderNext = {
  outcome: 'approve' | 'decline' | 'timeout' | 'hang' | 'busy' | 'customer_canceled'
  decline_code?: string
  after_ms?: number
  /** How long the bank is asked before the action ends. */
  authorize_ms?: number
  /** With `timeout`: whether the reader got the command all the same. */
  reached?: boolean
}

/** A customer as kept: one that was deleted stays, for what points to it. */
export type StoredCustomer = Omit<Stripe.Customer, 'deleted'> & { deleted?: true }

/** Stripe's balance settings have no id; the one set the sandbox keeps has `bset_1`. */
export type StoredBalanceSettings = Stripe.BalanceSettings & { id: string }

/** Every kind of Stripe object the sandbox keeps. A new resource is a new entry here and in `newTables`. */
export type Objects = {
  account: Stripe.Account
  balance_transaction: Stripe.BalanceTransaction
  balance_settings: StoredBalanceSettings
  charge: Stripe.Charge
  customer: StoredCustomer
  dispute: Stripe.Dispute
  payment_intent: Stripe.PaymentIntent
  payment_method: Stripe.PaymentMethod
  payout: Stripe.Payout
  'radar.early_fraud_warning': Stripe.Radar.EarlyFraudWarning
  reader_play: ReaderPlay
  refund: Stripe.Refund
  setup_intent: Stripe.SetupIntent
  'terminal.location': Stripe.Terminal.Location
  'terminal.reader': Stripe.Terminal.Reader
  topup: Stripe.Topup
  webhook_endpoint: Stripe.WebhookEndpoint
}

export type Kind = keyof Objects
export type AnyObject = Objects[Kind]
export type Tables = { [K in Kind]: Table<Objects[K]> }

/** The id of something that may be expanded; stored objects are never expanded. */
export const idOf = (value: string | { id?: string } | null | undefined): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null)

/** Empty tables with their indexes. */
export const newTables = (): Tables => ({
  account: new Table(),
  balance_transaction: new Table({ source: (row) => idOf(row.source as string | null) }),
  balance_settings: new Table(),
  charge: new Table({ payment_intent: (row) => idOf(row.payment_intent) }),
  customer: new Table(),
  dispute: new Table({
    charge: (row) => idOf(row.charge),
    payment_intent: (row) => idOf(row.payment_intent),
  }),
  payment_intent: new Table(),
  payment_method: new Table(),
  payout: new Table(),
  'radar.early_fraud_warning': new Table({
    charge: (row) => idOf(row.charge),
    payment_intent: (row) => idOf(row.payment_intent),
  }),
  reader_play: new Table(),
  refund: new Table({ charge: (row) => idOf(row.charge), payment_intent: (row) => idOf(row.payment_intent) }),
  setup_intent: new Table(),
  'terminal.location': new Table(),
  'terminal.reader': new Table(),
  topup: new Table(),
  webhook_endpoint: new Table(),
})

/** Kinds that are business facts; endpoints and the account are configuration and do not make a folder old. */
export const FACTS: readonly Kind[] = ['payment_intent', 'charge', 'refund', 'payout', 'balance_transaction']

const PREFIXES: Readonly<Record<string, Kind>> = {
  acct: 'account',
  txn: 'balance_transaction',
  bset: 'balance_settings',
  ch: 'charge',
  cus: 'customer',
  du: 'dispute',
  issfr: 'radar.early_fraud_warning',
  pi: 'payment_intent',
  pm: 'payment_method',
  po: 'payout',
  re: 'refund',
  seti: 'setup_intent',
  tml: 'terminal.location',
  tmr: 'terminal.reader',
  tu: 'topup',
  we: 'webhook_endpoint',
}

/** The kind an id names by its prefix, or undefined. */
export const kindOf = (id: string): Kind | undefined => PREFIXES[id.slice(0, id.indexOf('_'))]
