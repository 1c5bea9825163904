import type Stripe from 'stripe'
import { businessDateOf, endOfBusinessDate, startOfBusinessDate } from '#core/business-date.ts'
import type { Deps } from '#core/service.ts'
import { readList } from '../pull/read-list.ts'
import { NO_STAGE } from '../pull/stage.ts'
import { secondsOf, seenRow, type SeenRow } from '../pull/stripe-rows.ts'

/** Rows show up minutes after the instant they carry (reliability.md rows 25-27); what comes later still, the next whole date has. */
export const OVERLAP_MS = 900_000
/** A payment under way is at Stripe before it is in our books; the next look sees the row again. */
export const SETTLING_MS = 60_000
/** After an outage the nights have what is older. */
const REACH_MS = 36 * 3_600_000
/** A payout takes some days to arrive, and may fail for some more (stripe.md §6). */
const PAYOUT_WATCH_MS = 8 * 86_400_000

/** Pages of one look's whole date, 30,000 rows: minutes of reading and the memory of a night. What is older, the night has. */
export const WHOLE_PAGES_MAX = 300

/** How far looks have come. */
export interface LookedUntil {
  readonly lookedAt: Date | null
  /** When a look last read the whole unfinished date. */
  readonly wholeAt: Date | null
}

/** What a look reads of Stripe: rows created in [since, until], and payouts that may still change. */
export interface Window {
  /** Beginning of what has no certificate yet: the rest of a page that Stripe sends anyway begins no earlier. */
  readonly from: Date
  readonly since: Date
  readonly until: Date
  /** True when it is the whole unfinished date, not only what is new since the last look. */
  readonly isWhole: boolean
  readonly payoutsSince: Date
  /** From when on time may have run out for a movement of ours; our own books can be read as far back as it takes. */
  readonly dueSince: Date
}

/**
 * The window of a look at `now`. The whole unfinished date, from the end of `lastCertified` (or the start of today when no date has a
 * certificate), once `wholeEveryMs` have passed since it was last read; else what is new since the last look, less an overlap.
 */
export const windowOf = (
  { lookedAt, wholeAt }: LookedUntil,
  lastCertified: string | null,
  now: Date,
  zone: string,
  wholeEveryMs: number,
): Window => {
  const nowMs = now.getTime()
  const start = startOfBusinessDate(businessDateOf(now, zone), zone)
  const open = lastCertified === null ? start : endOfBusinessDate(lastCertified, zone)
  const recentMs = (lookedAt ?? start).getTime() - OVERLAP_MS
  const fromMs = Math.max(Math.min(open.getTime(), recentMs), nowMs - REACH_MS)
  const isWhole = wholeAt === null || nowMs - wholeAt.getTime() >= wholeEveryMs
  const sinceMs = isWhole ? fromMs : Math.max(recentMs, fromMs)
  return {
    from: new Date(fromMs),
    since: new Date(sinceMs),
    dueSince: new Date(Math.min(sinceMs, recentMs)),
    until: new Date(nowMs - SETTLING_MS),
    isWhole,
    payoutsSince: new Date(nowMs - PAYOUT_WATCH_MS),
  }
}

/**
 * The newest rows since `from`, page after page until one reaches back beyond `since`: a page costs the same full or not, so
 * a shop whose date fits one page has all of it looked at each time.
 */
const readRows = async (
  stripe: Stripe,
  { from, since, isWhole }: Window,
  pageSize: number,
): Promise<Stripe.BalanceTransaction[]> => {
  const created = { gte: secondsOf(from) }
  let pages = 0
  return readList<Stripe.BalanceTransaction>(NO_STAGE, 'rows', pageSize, async (page) => {
    const answer = await stripe.balanceTransactions.list({ ...page, created, expand: ['data.source'] })
    pages += 1
    const oldest = answer.data.at(-1)
    const isDone = oldest !== undefined && oldest.created < secondsOf(since)
    const isTooMuch = isWhole && pages >= WHOLE_PAGES_MAX
    return { data: answer.data, has_more: answer.has_more && !isDone && !isTooMuch }
  })
}

/** Stripe's rows of the window, and its payouts; two calls while both fit one page. Throws when any page fails. */
export const readWindow = async (
  deps: Pick<Deps, 'stripe'>,
  window: Window,
  zone: string,
  pageSize: number,
): Promise<{ rows: SeenRow[]; payouts: Stripe.Payout[] }> => {
  const { stripe } = deps
  const [rows, payouts] = await Promise.all([
    readRows(stripe, window, pageSize),
    readList<Stripe.Payout>(NO_STAGE, 'payouts', pageSize, async (page) =>
      stripe.payouts.list({ ...page, created: { gte: secondsOf(window.payoutsSince) } }),
    ),
  ])
  return {
    rows: rows.map((row) => seenRow(row, zone)).filter(({ createdAt }) => createdAt <= window.until),
    payouts,
  }
}
