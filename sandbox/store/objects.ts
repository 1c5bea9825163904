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

/** Every kind of Stripe object the sandbox keeps. A new resource is a new entry here and in `newTables`. */
export type Objects = {
  account: Stripe.Account
  balance_transaction: Stripe.BalanceTransaction
  charge: Stripe.Charge
  payment_intent: Stripe.PaymentIntent
  payment_method: Stripe.PaymentMethod
  payout: Stripe.Payout
  refund: Stripe.Refund
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
  charge: new Table({ payment_intent: (row) => idOf(row.payment_intent) }),
  payment_intent: new Table(),
  payment_method: new Table(),
  payout: new Table(),
  refund: new Table({ charge: (row) => idOf(row.charge), payment_intent: (row) => idOf(row.payment_intent) }),
  webhook_endpoint: new Table(),
})

/** Kinds that are business facts; endpoints and the account are configuration and do not make a folder old. */
export const FACTS: readonly Kind[] = ['payment_intent', 'charge', 'refund', 'payout', 'balance_transaction']

const PREFIXES: Readonly<Record<string, Kind>> = {
  acct: 'account',
  txn: 'balance_transaction',
  ch: 'charge',
  pi: 'payment_intent',
  pm: 'payment_method',
  po: 'payout',
  re: 'refund',
  we: 'webhook_endpoint',
}

/** The kind an id names by its prefix, or undefined. */
export const kindOf = (id: string): Kind | undefined => PREFIXES[id.slice(0, id.indexOf('_'))]
