/** Events of one payment, as the platform writes them; one of them is what the KPIs are counted from. */
const TYPES = ['payment.created', 'payment.attempted', 'payment.status_changed', 'sale.closed'] as const

const CODES = ['insufficient_funds', 'do_not_honor', 'generic_decline', 'expired_card', 'incorrect_pin']

/** How far back the events reach, and how many of them there are. */
export interface Span {
  readonly events: number
  readonly days: number
  /** The newest event. */
  readonly until: Date
}

/** A statement writes this many: the client waits for half a minute and not longer. */
const BATCH = 1_000_000

/**
 * Statements that fill `payment_events_raw_v1` inside of ClickHouse, oldest events first: payments at an even pace in two
 * stores with six tills, two refusals in a hundred by five codes, one payment in five thousand slower than ten seconds. Ids are
 * shorter than ours, so the disk says what the bench needs and not what the product does.
 */
export const fillEvents = ({ events, days, until }: Span): readonly string[] => {
  const batches = Math.ceil(events / BATCH)
  const stepMs = (days * 86_400_000) / events
  const first = until.getTime() - days * 86_400_000
  const bounds = Array.from({ length: batches + 1 }, (_, at) => Math.floor((events * at) / batches))
  const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ')
  return bounds.slice(1).map((end, at) => {
    const begin = bounds[at] ?? 0
    return `
INSERT INTO payment_events_raw_v1
SELECT concat('evt_', lower(hex(sipHash64(n)))), [${list(TYPES)}][1 + n % 4] AS type, at, at,
  store, concat(store, '-till-', toString(1 + h % 3)), concat('sale_', payment), concat('pay_', payment), '', 'card',
  ['gbp', 'eur'][1 + (h % 10 = 0)], toInt64(100 + h % 20000), if(failed, 'payment_failed', 'succeeded'),
  if(type = 'payment.attempted', if(failed, 'failed', 'succeeded'), ''), if(failed, 'issuer', 'none'),
  if(failed, [${list(CODES)}][1 + h % 5], ''), toUInt32(if(h % 5000 = 7, 12000, 300 + h % 2500)),
  concat('ch_', payment), 'api', payment
FROM (
  SELECT number AS n, intDiv(number, 4) AS p, sipHash64(p, 1) AS h, toString(p) AS payment,
    ['bakery', 'cafe'][1 + h % 2] AS store, h % 50 = 3 AS failed,
    fromUnixTimestamp64Milli(toInt64(${first} + number * ${stepMs}), 'UTC') AS at
  FROM numbers(${begin}, ${end - begin})
)
SETTINGS max_insert_block_size = 1000000, min_insert_block_size_rows = 1000000, max_threads = 2`
  })
}
