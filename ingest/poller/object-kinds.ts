import type Stripe from 'stripe'
import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { METADATA } from '#core/stripe-client.ts'
import type { FetchPage } from './list-pages.ts'

const newsOfIntents = loadSql(import.meta.url, 'sql/payment_list_behind.sql')
const newsOfRefunds = loadSql(import.meta.url, 'sql/refund_list_behind.sql')
const newsOfPayouts = loadSql(import.meta.url, 'sql/payout_list_behind.sql')
const newsOfDisputes = loadSql(import.meta.url, 'sql/dispute_list_behind.sql')

/** An object of Stripe's as its list shows it. */
export interface ListedObject {
  readonly id: string
  readonly object: string
  readonly created: number
}

/** One of Stripe's lists, and which of its objects tell us something that we do not know. */
export interface ObjectKind<Thing extends ListedObject = ListedObject> {
  /** Name of its cursor. */
  readonly name: string
  fetch(stripe: Stripe): FetchPage<Thing>
  /** Ids of those that are not known as they are. Most are: they cost one statement a page and no row. */
  behind(db: Db, page: readonly Thing[]): Promise<ReadonlySet<string>>
}

const idsOf = (rows: readonly { id: string }[]): ReadonlySet<string> => new Set(rows.map(({ id }) => id))

const columns = <Thing>(page: readonly Thing[], ...of: ((thing: Thing) => string | null)[]) =>
  of.map((pick) => page.map(pick))

const PAYMENT_INTENTS: ObjectKind<Stripe.PaymentIntent> = {
  name: 'payment_intents',
  fetch: (stripe) => async (params) => stripe.paymentIntents.list(params),
  behind: async (db, page) => {
    const payment = (intent: Stripe.PaymentIntent) => intent.metadata[METADATA.payment] ?? null
    const params = columns<Stripe.PaymentIntent>(
      page,
      ({ id }) => id,
      payment,
      ({ status }) => status,
    )
    return idsOf(await db.rows(newsOfIntents, params))
  },
}

const REFUNDS: ObjectKind<Stripe.Refund> = {
  name: 'refunds',
  fetch: (stripe) => async (params) => stripe.refunds.list(params),
  behind: async (db, page) =>
    idsOf(
      await db.rows(
        newsOfRefunds,
        columns<Stripe.Refund>(
          page,
          ({ id }) => id,
          ({ status }) => status,
        ),
      ),
    ),
}

const PAYOUTS: ObjectKind<Stripe.Payout> = {
  name: 'payouts',
  fetch: (stripe) => async (params) => stripe.payouts.list(params),
  behind: async (db, page) =>
    idsOf(
      await db.rows(
        newsOfPayouts,
        columns<Stripe.Payout>(
          page,
          ({ id }) => id,
          ({ status }) => status,
        ),
      ),
    ),
}

const DISPUTES: ObjectKind<Stripe.Dispute> = {
  name: 'disputes',
  fetch: (stripe) => async (params) => stripe.disputes.list(params),
  behind: async (db, page) =>
    idsOf(
      await db.rows(newsOfDisputes, [
        ...columns<Stripe.Dispute>(
          page,
          ({ id }) => id,
          ({ status }) => status,
        ),
        page.map(({ balance_transactions: rows }) => rows.length),
      ]),
    ),
}

/** The lists that are polled beside the events. */
export const OBJECT_KINDS: readonly ObjectKind[] = [
  PAYMENT_INTENTS as unknown as ObjectKind,
  REFUNDS as unknown as ObjectKind,
  PAYOUTS as unknown as ObjectKind,
  DISPUTES as unknown as ObjectKind,
]
