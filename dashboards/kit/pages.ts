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

/** A link to a page, showing the same range of time, and only the rows with these filters. */
export const linkTo = (page: keyof typeof PAGES, filters: Readonly<Record<string, string>> = {}): string => {
  const given = Object.entries(filters).map(([name, value]) => `${name}=${value}`)
  return `\${tillwatch_url}${PAGES[page]}?${[SHOWN, ...given].join('&')}`
}
