import type Stripe from 'stripe'

/** How far along a dispute is, where Stripe showed as many balance transactions of it (stripe.md §6). */
const RANKS: Readonly<Record<string, number>> = {
  warning_needs_response: 0,
  warning_under_review: 1,
  warning_closed: 2,
  needs_response: 3,
  under_review: 4,
  prevented: 5,
  lost: 6,
  appeal_needs_response: 7,
  appeal_under_review: 8,
  won: 9,
}
/** The list of statuses is open: what we do not know yet is under way. */
const RANK_UNKNOWN = 4

const rankOf = (status: string): number => RANKS[status] ?? RANK_UNKNOWN

const ENDS: readonly string[] = ['won', 'lost', 'prevented', 'warning_closed']

/** Statuses in which the shop may answer, and nobody else does anything. */
export const TO_ANSWER: readonly string[] = [
  'needs_response',
  'warning_needs_response',
  'appeal_needs_response',
]

/** True when the bank has decided; an appeal may still open it again. */
export const isDecided = (status: string): boolean => ENDS.includes(status)

/** True while the bank only asks: an inquiry moves no money. */
export const isInquiry = (status: string): boolean => status.startsWith('warning')

/** What a snapshot says of where a dispute stands. */
export interface DisputeStand {
  readonly status: string
  /** Balance transactions that Stripe shows with it. */
  readonly rows: number
  /** The moment of which it tells. */
  readonly at: Date
}

const secondOf = (at: Date): number => Math.floor(at.getTime() / 1000)

/** A decision is news where it is later: an appeal may end as it began. That an inquiry is closed says nothing of its dispute. */
const isAnotherDecision = (known: DisputeStand, told: DisputeStand): boolean =>
  isDecided(told.status) &&
  told.status !== known.status &&
  !(isInquiry(told.status) && !isInquiry(known.status))

/**
 * True when a snapshot is newer than what is known. Snapshots come in any order and Stripe's have no version, but balance
 * transactions only become more, and with as many of them statuses have an order. Only what comes after a decision needs the
 * time to tell: times alone are not trusted, for what was read may be older than it looks.
 */
export const disputeMoves = (known: DisputeStand, told: DisputeStand): boolean => {
  if (told.rows > known.rows) return true
  const isLater = secondOf(told.at) > secondOf(known.at)
  if (isLater && isAnotherDecision(known, told)) return true
  const isFurther = told.rows === known.rows && rankOf(told.status) > rankOf(known.status)
  return isFurther && (isLater || !isDecided(known.status) || isDecided(told.status))
}

/** Money that left or came back; `amount` in the charge's currency, null: all that is disputed, or all that is gone. */
export interface DisputeMovement {
  readonly direction: 'out' | 'in'
  readonly at: Date | null
  readonly amount: bigint | null
}

/** Stripe's own event says that money moved, whatever else the snapshot shows. */
export type FundsMoved = 'withdrawn' | 'reinstated' | null

/** Statuses that a dispute has only once its money was taken. */
const TAKEN: readonly string[] = [
  'needs_response',
  'under_review',
  'won',
  'lost',
  'appeal_needs_response',
  'appeal_under_review',
]

const directionOf = (row: Stripe.BalanceTransaction): 'out' | 'in' => {
  if (row.reporting_category === 'dispute') return 'out'
  if (row.reporting_category === 'dispute_reversal') return 'in'
  return row.amount < 0 ? 'out' : 'in'
}

/** Rows in the order of time; several that go the same way, as of an exchange, are one movement. */
const movementsOfRows = (dispute: Stripe.Dispute): DisputeMovement[] => {
  const movements: DisputeMovement[] = []
  for (const row of dispute.balance_transactions.toSorted((one, other) => one.created - other.created)) {
    const direction = directionOf(row)
    const last = movements.at(-1)
    const amount = row.currency === dispute.currency ? BigInt(row.amount) : null
    if (last?.direction !== direction) {
      // Money comes back only after it was taken, whether its row is shown or not.
      if (!last && direction === 'in') movements.push({ direction: 'out', at: null, amount: null })
      movements.push({ direction, at: new Date(row.created * 1000), amount })
      continue
    }
    const whole = last.amount === null || amount === null ? null : last.amount + amount
    movements[movements.length - 1] = { ...last, amount: whole }
  }
  return movements
}

/**
 * What moved by a dispute, in its order, as far as one snapshot proves it: by its balance transactions, by a status that it
 * cannot have otherwise, or by the event that it came with. Amounts are what the dispute is about and not what Stripe
 * booked, so that the two can be compared; only money that came back without the dispute being won is what Stripe booked.
 * Every snapshot, however old, proves a beginning of the same list.
 */
export const movementsOf = (dispute: Stripe.Dispute, funds: FundsMoved): DisputeMovement[] => {
  const movements = movementsOfRows(dispute)
  const isWon = dispute.status === 'won'
  const taken = TAKEN.includes(dispute.status) || funds !== null
  if (movements.length === 0 && taken) movements.push({ direction: 'out', at: null, amount: null })
  const returns = isWon || (funds === 'reinstated' && movements.length < 2)
  if (returns && movements.at(-1)?.direction === 'out')
    movements.push({ direction: 'in', at: null, amount: null })
  return movements.map((movement) =>
    movement.direction === 'in' && !isWon ? movement : { ...movement, amount: null },
  )
}

/** True when what is still gone will not come back. `prevented`: the bank paid its customer at once, from our money. */
export const isLost = (status: string): boolean => status === 'lost' || status === 'prevented'
