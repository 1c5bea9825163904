type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

interface Sum {
  readonly currency: string
  readonly count: number
  readonly amount: number
}

interface ByStatus {
  readonly status: string
  readonly count: number
}

export type Task =
  | 'exceptions_overdue'
  | 'exceptions_due_today'
  | 'exceptions_unassigned'
  | 'exception_approvals'
  | 'disputes_to_answer'
  | 'refunds_owed'
  | 'access_review'

/** Yesterday at a glance, as `GET /morning` tells it. */
export interface Morning {
  readonly as_of: string
  readonly today: string
  readonly date: string
  readonly from: string
  readonly to: string
  readonly takings: readonly (Sum & { readonly method: string })[]
  readonly refunds: readonly Sum[]
  readonly payments: readonly ByStatus[]
  readonly webhooks: readonly ByStatus[]
  readonly certificates: readonly {
    readonly id: string
    readonly currency: string
    readonly balance_type: string
    readonly version: number
    readonly closing: number
    readonly clean: boolean
  }[]
  readonly alerts: readonly {
    readonly id: string
    readonly rule: string
    readonly severity: string
    readonly headline: string
    readonly opened_at: string
    readonly acknowledged: { readonly at: string; readonly by: string } | null
    readonly resolved_at: string | null
  }[]
  readonly tasks: readonly { readonly kind: Task; readonly count: number; readonly due_at: string | null }[]
}

export interface Check {
  readonly name: string
  readonly status: 'ok' | 'finding' | 'failed' | 'not_configured'
  readonly detail: string
}

export const CHECK_TONE: Readonly<Record<Check['status'], Tone>> = {
  ok: 'good',
  finding: 'warn',
  failed: 'bad',
  not_configured: 'plain',
}

/** What to do, and where. */
export const TASK_LOOK: Readonly<
  Record<Task, { readonly text: string; readonly href: string; readonly tone: Tone }>
> = {
  exceptions_overdue: {
    text: 'exceptions are past their time',
    href: '/reconciliation?status=open&overdue=true',
    tone: 'bad',
  },
  exceptions_due_today: {
    text: 'exceptions are due today',
    href: '/reconciliation?status=open&sort=due',
    tone: 'warn',
  },
  exceptions_unassigned: {
    text: 'exceptions belong to nobody',
    href: '/reconciliation?status=open&owner=none',
    tone: 'info',
  },
  exception_approvals: {
    text: 'exceptions wait for a second person',
    href: '/reconciliation?status=pending_approval',
    tone: 'info',
  },
  disputes_to_answer: {
    text: 'disputes are to be answered within a week',
    href: '/payments/dashboard/?q=is:disputed',
    tone: 'warn',
  },
  refunds_owed: {
    text: 'customers are owed a refund that failed',
    href: '/payments/dashboard/?q=is:owed',
    tone: 'warn',
  },
  access_review: { text: 'access review is to be signed off', href: '/admin/reviews', tone: 'info' },
}

/** States in which a payment came to no end or to a bad one. */
export const FAILED = ['payment_failed', 'canceled']
export const INCOMPLETE = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
]

/** How many are in one of these states. */
export const countIn = (rows: readonly ByStatus[], states: readonly string[]): number =>
  rows.filter(({ status }) => states.includes(status)).reduce((all, { count }) => all + count, 0)

/** Where the figures of yesterday's payments lead: exactly the rows that were counted. */
export const paymentLinks = ({ from, to }: Pick<Morning, 'from' | 'to'>) => {
  const list = (name: 'status' | 'q', value: string): string =>
    `/payments/dashboard/?${new URLSearchParams({ [name]: value, from, to }).toString()}`
  return {
    taken: list('status', 'succeeded'),
    failed: list('q', 'status:failed status:canceled'),
    incomplete: list('q', 'status:incomplete'),
  }
}
