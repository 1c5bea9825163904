/** What a token can be narrowed to: an area of the API, to look or to act. */
export const AREAS = ['payments', 'webhooks', 'metrics', 'reconciliation', 'alerts', 'admin'] as const
export type Area = (typeof AREAS)[number]

/** Every scope that there is: `payments:read`, `payments:write`, … */
export const SCOPES = AREAS.flatMap((area) => [`${area}:read`, `${area}:write`] as const)

/** First segment of a route's path to its area; a segment that is not here belongs to `admin`, which few tokens have. */
const AREA_OF: Readonly<Record<string, Area>> = {
  sales: 'payments',
  payments: 'payments',
  refunds: 'payments',
  approvals: 'payments',
  tills: 'payments',
  items: 'payments',
  readers: 'payments',
  tasks: 'payments',
  disputes: 'payments',
  views: 'payments',
  lookup: 'payments',
  shop: 'payments',
  stream: 'payments',
  webhooks: 'webhooks',
  metrics: 'metrics',
  checks: 'metrics',
  morning: 'metrics',
  ledger: 'reconciliation',
  reconciliation: 'reconciliation',
  exceptions: 'reconciliation',
  payouts: 'reconciliation',
  reports: 'reconciliation',
  verify: 'reconciliation',
  alerts: 'alerts',
  silences: 'alerts',
  internal: 'alerts',
}

/** The scope that a route needs, by its method and its path without the base. */
export const scopeOf = (method: string, path: string): string => {
  const segment = path.split('/')[1] ?? ''
  return `${AREA_OF[segment] ?? 'admin'}:${method.toLowerCase() === 'get' ? 'read' : 'write'}`
}

/** True when a caller narrowed to `scopes` may use the route; null narrows nothing. Acting includes looking. */
export const isInScope = (scopes: readonly string[] | null, method: string, path: string): boolean => {
  if (scopes === null) return true
  const needed = scopeOf(method, path)
  return scopes.includes(needed) || scopes.includes(needed.replace(':read', ':write'))
}
