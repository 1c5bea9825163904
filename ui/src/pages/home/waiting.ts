import type { Role } from '#core/access/roles.ts'
import { api } from '../../lib/api.ts'

/** Something that may need one: a question to the platform, and the page where it is worked on. */
export interface Waiting {
  readonly label: string
  readonly href: string
  readonly roles: readonly Role[]
  /** Of what waits is it bad that it does, or only to be known? */
  readonly tone: 'bad' | 'warn'
  /** How many wait; null when more than can be counted in one look. */
  ask(): Promise<{ readonly count: number; readonly more: boolean }>
}

const LOOK = 100

const countOf = async (path: string, query: Readonly<Record<string, string>>) => {
  const { data } = await api.get<{ data: unknown[] }>(path, { ...query, limit: LOOK })
  return { count: data.length, more: data.length === LOOK }
}

/** In the order in which they matter. */
export const WAITING: readonly Waiting[] = [
  {
    label: 'Alerts firing',
    href: '/alerts?status=firing',
    roles: ['oncall', 'manager', 'admin', 'auditor'],
    tone: 'bad',
    ask: () => countOf('/alerts', { status: 'firing' }),
  },
  {
    label: 'Requests that wait for a second person',
    href: '/approvals',
    roles: ['finance', 'manager'],
    tone: 'warn',
    ask: () => countOf('/approvals', { status: 'pending' }),
  },
  {
    label: 'Open exceptions',
    href: '/reconciliation?status=open&sort=age',
    roles: ['finance', 'manager', 'auditor'],
    tone: 'bad',
    ask: () => countOf('/reconciliation/exceptions', { status: 'open' }),
  },
  {
    label: 'Tasks of the shop',
    href: '/morning',
    roles: ['cashier', 'finance', 'oncall', 'manager', 'auditor'],
    tone: 'warn',
    ask: () => countOf('/tasks', {}),
  },
  {
    label: 'Failed webhooks',
    href: '/payments/webhooks/?status=failed',
    roles: ['oncall', 'admin', 'auditor'],
    tone: 'bad',
    ask: () => countOf('/webhooks', { status: 'failed' }),
  },
  {
    label: 'Access reviews not signed off',
    href: '/admin/reviews',
    roles: ['admin', 'auditor'],
    tone: 'warn',
    ask: async () => {
      const { data } = await api.get<{ data: { signed_off_at: string | null }[] }>('/access/reviews')
      return { count: data.filter((review) => review.signed_off_at === null).length, more: false }
    },
  },
]
