/** Pages of ours that a panel may lead to (architecture §3.1), below the address of the installation. */
export const PAGES = {
  payments: '/payments/dashboard/',
  webhooks: '/payments/webhooks/',
  metrics: '/payments/metrics/',
  reconciliation: '/reconciliation',
  payouts: '/payouts',
  alerts: '/alerts',
} as const

const SHOWN = 'from=${__from:date:iso}&to=${__to:date:iso}'

const query = (parts: readonly string[], filters: Readonly<Record<string, string>>): string =>
  [...parts, ...Object.entries(filters).map(([name, value]) => `${name}=${value}`)].join('&')

/** A link to a page, with the rows of the last hour of the range that is shown: what the KPIs are counted from. */
export const lastHourOf = (
  page: keyof typeof PAGES,
  filters: Readonly<Record<string, string>> = {},
): string => `\${tillwatch_url}${PAGES[page]}?${query(['hours=1', 'to=${__to:date:iso}'], filters)}`

/** A link to a page, showing the same range of time, and only the rows with these filters. */
export const linkTo = (page: keyof typeof PAGES, filters: Readonly<Record<string, string>> = {}): string =>
  `\${tillwatch_url}${PAGES[page]}?${query([SHOWN], filters)}`
