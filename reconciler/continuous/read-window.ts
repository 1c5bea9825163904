import type Stripe from 'stripe'
import { businessDateOf, startOfBusinessDate } from '#core/business-date.ts'
import type { Deps } from '#core/service.ts'
import { readList } from '../pull/read-list.ts'
import { NO_STAGE } from '../pull/stage.ts'
import { secondsOf, seenRow, type SeenRow } from '../pull/stripe-rows.ts'

/** Rows show up minutes after the instant they carry (reliability.md rows 25-27); what comes later still, the night finds. */
export const OVERLAP_MS = 900_000
/** A payment under way is at Stripe before it is in our books; the next look sees the row again. */
export const SETTLING_MS = 60_000
/** After an outage the nights have what is older. */
const REACH_MS = 36 * 3_600_000
/** A payout takes some days to arrive, and may fail for some more (stripe.md §6). */
const PAYOUT_WATCH_MS = 8 * 86_400_000

/** What a look reads of Stripe: rows created in [since, until], and payouts that may still change. */
export interface Window {
  readonly since: Date
  readonly until: Date
  readonly payoutsSince: Date
}

/** The window after a look at `lookedAt`; the first look begins with the date. */
export const windowOf = (lookedAt: Date | null, now: Date, zone: string): Window => {
  const start = startOfBusinessDate(businessDateOf(now, zone), zone).getTime()
  const last = lookedAt === null ? start : lookedAt.getTime()
  return {
    since: new Date(Math.max(last - OVERLAP_MS, now.getTime() - REACH_MS)),
    until: new Date(now.getTime() - SETTLING_MS),
    payoutsSince: new Date(now.getTime() - PAYOUT_WATCH_MS),
  }
}

/** Stripe's rows of the window, and its payouts; two calls while both fit one page. Throws when any page fails. */
export const readWindow = async (
  deps: Pick<Deps, 'stripe'>,
  window: Window,
  zone: string,
  pageSize: number,
): Promise<{ rows: SeenRow[]; payouts: Stripe.Payout[] }> => {
  const { stripe } = deps
  const created = { gte: secondsOf(window.since) }
  const [rows, payouts] = await Promise.all([
    readList<Stripe.BalanceTransaction>(NO_STAGE, 'rows', pageSize, async (page) =>
      stripe.balanceTransactions.list({ ...page, created, expand: ['data.source'] }),
    ),
    readList<Stripe.Payout>(NO_STAGE, 'payouts', pageSize, async (page) =>
      stripe.payouts.list({ ...page, created: { gte: secondsOf(window.payoutsSince) } }),
    ),
  ])
  return {
    rows: rows.map((row) => seenRow(row, zone)).filter(({ createdAt }) => createdAt <= window.until),
    payouts,
  }
}
