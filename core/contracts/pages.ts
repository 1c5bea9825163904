/**
 * Paths of the pages that people open (architecture §3.1, Pages); the gateway serves exactly these, and the UI draws them.
 * `:id` stands for one path segment. A slash at the end may be left out.
 */
export const PAGES = {
  home: '/',
  login: '/login',
  setup: '/setup',
  invitation: '/invitation',
  account: '/account',
  till: '/till',
  payments: '/payments/dashboard/',
  payment: '/payments/:id',
  webhooks: '/payments/webhooks/',
  webhook: '/payments/webhooks/:id',
  metrics: '/payments/metrics/',
  morning: '/morning',
  reconciliation: '/reconciliation',
  run: '/reconciliation/runs/:id',
  certificate: '/reconciliation/certificates/:id',
  exception: '/reconciliation/exceptions/:id',
  orphans: '/reconciliation/orphans',
  reports: '/reconciliation/reports',
  payouts: '/payouts',
  payout: '/payouts/:id',
  alerts: '/alerts',
  alert: '/alerts/:id',
  approvals: '/approvals',
  people: '/admin',
  person: '/admin/people/:id',
  access: '/admin/access',
  tokens: '/admin/tokens',
  secrets: '/admin/secrets',
  settings: '/admin/settings',
  reviews: '/admin/reviews',
  audit: '/admin/audit',
} as const

export type PageName = keyof typeof PAGES

/** Prefixes of the ids that stand for `:id` on a page, so that no page hides a path of another kind. */
export const PAGE_ID_PREFIX: Readonly<Partial<Record<PageName, string>>> = {
  payment: 'pay',
  webhook: 'evt',
  run: 'run',
  certificate: 'crt',
  exception: 'exc',
  payout: 'po',
  alert: 'inc',
  person: 'per',
}

/** Regular expression of a page's path: its id in the group `id`, with or without the slash at the end. */
export const pagePattern = (page: PageName): RegExp => {
  const prefix = PAGE_ID_PREFIX[page] ?? ''
  const path = PAGES[page].replace(/\/$/, '').replace(':id', `(?<id>${prefix}_\\w{1,80})`)
  return new RegExp(`^${path}/?$`)
}

/** The path of a page, with `:id` filled in. */
export const pathOf = (page: PageName, id = ''): string => PAGES[page].replace(':id', encodeURIComponent(id))
