import type { ClickHouse } from '#core/clickhouse/client.ts'

/** The seeded course of a demo shop, ending at an instant. */
export interface DemoCourse {
  readonly seed: number
  readonly end: Date
  readonly days: number
}

/** What the dashboards are checked and pictured with. */
export const DEMO_COURSE: DemoCourse = { seed: 20_261_122, end: new Date('2026-11-22T18:00:00Z'), days: 14 }

const COLUMNS = [
  ...['event_id', 'type', 'occurred_at', 'recorded_at', 'store_id', 'till_id', 'payment_id', 'method'],
  ...['currency', 'amount_minor', 'status', 'outcome', 'failure_class', 'decline_code', 'latency_ms'],
  'stripe_object',
] as const

type DemoRow = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | null>>>

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BUSY_HOURS = [8, 9, 10, 11, 12, 12, 13, 13, 14, 15, 16, 17, 17, 17, 18, 19]
const TILLS = [
  ['leeds', 'till_leeds_1'],
  ['leeds', 'till_leeds_1'],
  ['leeds', 'till_leeds_2'],
  ['york', 'till_york_1'],
  ['york', 'till_york_2'],
] as const
const CURRENCIES = ['gbp', 'gbp', 'gbp', 'gbp', 'eur', 'eur', 'jpy'] as const
const REFUSALS = [
  ['issuer', 'insufficient_funds'],
  ['issuer', 'generic_decline'],
  ['issuer', 'do_not_honor'],
  ['customer', 'expired_card'],
  ['customer', 'incorrect_cvc'],
] as const
const CATEGORIES = [
  'missing_in_ledger',
  'amount_mismatch',
  'missing_in_stripe',
  'fee_mismatch',
  'unknown_type',
]

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Made {
  readonly pick: <T>(from: readonly [T, ...T[]] | readonly T[]) => T
  readonly random: () => number
  readonly add: (atMs: number, row: DemoRow) => void
}

const amountOf = ({ random }: Made, currency: string): number =>
  Math.round((currency === 'jpy' ? 900 : 450) + random() ** 3 * 18_000)

/** One card attempt; in bad hours Stripe fails and answers late. */
const attempt = (made: Made, atMs: number, isBad: boolean): void => {
  const { pick, random, add } = made
  const [store_id, till_id] = pick(TILLS)
  const currency = pick(CURRENCIES)
  const [failure_class, decline_code] =
    isBad && random() < 0.16
      ? (['provider', 'processing_error'] as const)
      : random() < 0.014
        ? pick(REFUSALS)
        : (['none', ''] as const)
  const slow = isBad ? 2_600 : random() < 0.03 ? 3_200 : 0
  const payment_id = `pay_demo_${Math.floor(random() * 1e12).toString(36)}`
  const sold = {
    store_id,
    till_id,
    payment_id,
    method: 'card',
    currency,
    amount_minor: amountOf(made, currency),
  }
  add(atMs, {
    ...sold,
    type: 'payment.attempted',
    outcome: failure_class === 'none' ? 'succeeded' : 'failed',
    failure_class,
    decline_code,
    latency_ms: Math.round(650 + random() * 1_100 + slow * random()),
  })
  if (failure_class === 'none' && random() < 0.025)
    add(atMs + 20 * 60_000, { ...sold, type: 'refund.created', status: 'succeeded', latency_ms: null })
}

/** A day of the books: what the night found and certified, what was paid out and disputed. */
const night = ({ pick, random, add }: Made, dayMs: number, day: number): void => {
  const found = day % 3 === 0 ? 3 : 1
  for (let n = 0; n < found; n += 1) {
    const row = {
      status: pick(CATEGORIES),
      currency: pick(CURRENCIES),
      amount_minor: Math.round((random() - 0.35) * 9_000),
      stripe_object: `ch_demo_${day}_${n}`,
    }
    add(dayMs + 3 * HOUR_MS + n, { ...row, type: 'exception.opened' })
    if (random() < 0.7) add(dayMs + (9 + n) * HOUR_MS, { ...row, type: 'exception.resolved' })
  }
  for (const currency of ['gbp', 'eur', 'jpy']) {
    const amount_minor = Math.round(90_000 + random() * 160_000)
    const status = random() < 0.75 ? 'clean' : 'with_exceptions'
    add(dayMs + 4 * HOUR_MS, { type: 'certificate.issued', currency, status, amount_minor })
    if (day % 2 === 0)
      add(dayMs + 6 * HOUR_MS, {
        ...{ type: 'payout.status_changed', currency, amount_minor, status: 'paid' },
        stripe_object: `po_demo_${day}_${currency}`,
      })
  }
  const dispute = { currency: 'gbp', amount_minor: 4_200, stripe_object: `dp_demo_${day}` }
  if (day % 5 === 2)
    add(dayMs + 11 * HOUR_MS, { ...dispute, type: 'dispute.opened', status: 'needs_response' })
  if (day % 5 === 4) add(dayMs + 11 * HOUR_MS, { ...dispute, type: 'dispute.closed', status: 'won' })
}

/** Rows of the course: the same for the same course, in no promised order, none after its end. */
export const demoRows = ({ seed, end, days }: DemoCourse): DemoRow[] => {
  const random = seeded(seed)
  const rows: DemoRow[] = []
  const made: Made = {
    random,
    pick: (from) => from[Math.floor(random() * from.length)] as (typeof from)[number],
    add: (atMs, row) => {
      if (atMs > end.getTime()) return
      const at = new Date(atMs).toISOString()
      rows.push({ event_id: `evt_demo_${rows.length}`, occurred_at: at, recorded_at: at, ...row })
    },
  }
  for (let day = days; day >= 0; day -= 1) {
    const dayMs = Math.floor(end.getTime() / DAY_MS) * DAY_MS - day * DAY_MS
    for (let n = 0; n < 520; n += 1) {
      const atMs = dayMs + made.pick(BUSY_HOURS) * HOUR_MS + Math.floor(random() * HOUR_MS)
      const hour = (atMs - dayMs) / HOUR_MS
      attempt(made, atMs, (day === 0 && hour > 12.5 && hour < 14) || (day === 6 && hour > 9 && hour < 10))
    }
    night(made, dayMs, day)
  }
  return rows
}

const BLANK = (column: string): string | number | null =>
  column === 'latency_ms' ? null : column === 'amount_minor' ? 0 : ''

/** Puts the course into `payment_events_raw_v1`. */
export const insertDemoData = async (clickhouse: ClickHouse, course: DemoCourse): Promise<number> => {
  const rows = demoRows(course)
  await clickhouse.insert(
    'payment_events_raw_v1',
    COLUMNS,
    rows.map((row) => COLUMNS.map((column) => row[column] ?? BLANK(column))),
    `demo-${course.seed}`,
  )
  return rows.length
}
