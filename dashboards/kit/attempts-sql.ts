/** Rows of the chosen stores. */
export const OF_STORES = '$__conditionalAll(store_id IN (${store:singlequote}), $store)'

/** Rows of the chosen currencies. */
export const OF_CURRENCIES = '$__conditionalAll(currency IN (${currency:singlequote}), $currency)'

const SECOND_MS = 1_000

/** The window of a KPI, ending with the shown range. */
export const lastWindow = (windowMs: number): string =>
  `occurred_at > $__toTime - INTERVAL ${windowMs / SECOND_MS} SECOND AND occurred_at <= $__toTime`

/** One number over the attempts of a KPI's window: `null` where there were none, which is no zero. */
export const attemptsStat = (expression: string, name: string, windowMs: number): string =>
  `SELECT if(count() = 0, NULL, ${expression}) AS ${name} FROM grafana_attempts_v1 WHERE ${lastWindow(windowMs)} AND ${OF_STORES}`

/** One line over time over the attempts of the shown range. */
export const attemptsSeries = (columns: string): string =>
  `SELECT $__timeInterval(occurred_at) AS time, ${columns} FROM grafana_attempts_v1 WHERE $__timeFilter(occurred_at) AND ${OF_STORES} GROUP BY time ORDER BY time`

/** The largest groups of the failed attempts of the shown range. */
export const failedBy = (column: string, limit: number): string =>
  `SELECT ${column}, count() AS failed FROM grafana_attempts_v1 WHERE $__timeFilter(occurred_at) AND outcome = 'failed' AND ${OF_STORES} GROUP BY ${column} ORDER BY failed DESC, ${column} LIMIT ${limit}`
