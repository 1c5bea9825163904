import { firstHit, type Finding, type Rule } from './classify.ts'
import type { AtStripe, Movement, SourceFacts } from './facts.ts'
import { statusDiffers, worthIn } from './status.ts'

/** A movement that no balance transaction answers. */
export interface MovementFact {
  readonly movement: Movement
  readonly atStripe: AtStripe
  /** Its object as Stripe shows it, where this run asked. */
  readonly source: SourceFacts | undefined
  readonly statusOfOurs: string | undefined
  readonly overdue: boolean
  /** What all movements that claim its object sum to, when they are more than Stripe can have; else undefined. */
  readonly claimed: { readonly allowed: bigint; readonly all: bigint } | undefined
}

const differs = ({ movement, source, statusOfOurs }: MovementFact): boolean =>
  source !== undefined && movement.account !== 'clearing:payout' && statusDiffers(source, statusOfOurs)

/** The decision table for movements without a row. Before their time they are `timing` and no exception. */
export const MOVEMENT_RULES: readonly Rule<MovementFact>[] = [
  {
    // At once: that the ledger has it twice does not become right by waiting.
    category: 'duplicate_in_ledger',
    when: ({ claimed }) => claimed !== undefined,
    expected: ({ claimed }) => claimed?.allowed ?? 0n,
    actual: ({ claimed }) => claimed?.all ?? 0n,
  },
  {
    category: 'missing_in_stripe',
    when: ({ overdue, atStripe }) => overdue && atStripe === 'absent',
    expected: ({ movement }) => movement.amount,
    actual: () => 0n,
  },
  {
    category: 'status_mismatch',
    when: differs,
    expected: ({ movement, statusOfOurs }) => worthIn(statusOfOurs ?? 'succeeded', movement.amount),
    actual: ({ movement, source }) =>
      source?.captured === false ? 0n : worthIn(source?.status ?? 'succeeded', movement.amount),
  },
  {
    category: 'clearing_overdue',
    when: ({ overdue, atStripe }) => overdue && atStripe === 'present',
    expected: ({ movement }) => movement.amount,
    actual: () => 0n,
  },
]

/** The exception that an unanswered movement is, if any; its object is Stripe's object. */
export const classifyMovement = (fact: MovementFact): Finding | undefined => {
  const hit = firstHit(MOVEMENT_RULES, fact)
  const { movement, source, statusOfOurs } = fact
  return (
    hit && {
      ...hit,
      object: movement.object,
      currency: movement.currency,
      businessDate: movement.businessDate,
      paymentId: movement.paymentId,
      details: {
        account: movement.account,
        counterpart: movement.key,
        ...(source?.status == null ? {} : { status: source.status }),
        ...(statusOfOurs === undefined ? {} : { status_ours: statusOfOurs }),
      },
    }
  )
}

/** A movement among all that claim its object. */
export interface Claiming {
  readonly key: string
  readonly account: string
  readonly object: string
  readonly currency: string
  readonly amount: bigint
  readonly occurredAt: Date
  /** A balance transaction answers it. */
  readonly answered: boolean
}

/** Whatever their currencies: an object has one, and a second movement in another one is one too many. */
const groupOf = ({ account, object, amount }: Claiming): string =>
  JSON.stringify([account, object, amount < 0n])

const sumIn = (currency: string, movements: readonly Claiming[]): bigint =>
  movements.reduce((total, movement) => total + (movement.currency === currency ? movement.amount : 0n), 0n)

const answeredFirst = (one: Claiming, other: Claiming): number =>
  Number(other.answered) - Number(one.answered) ||
  one.occurredAt.getTime() - other.occurredAt.getTime() ||
  (one.key < other.key ? -1 : 1)

/**
 * Of movements that claim one object in one direction, those beyond the number that it can have, with what all of them
 * claim in a currency: by the key of its first one too many. Answered ones are right, then the older ones.
 */
export const surplusOf = (
  movements: readonly Claiming[],
  allowedOf: (object: string, direction: 'in' | 'out') => number,
): {
  readonly findings: ReadonlyMap<string, { allowed: bigint; all: bigint }>
  readonly keys: ReadonlySet<string>
} => {
  const groups = new Map<string, Claiming[]>()
  for (const movement of movements)
    groups.set(groupOf(movement), [...(groups.get(groupOf(movement)) ?? []), movement])
  const findings = new Map<string, { allowed: bigint; all: bigint }>()
  const keys = new Set<string>()
  for (const group of groups.values()) {
    const ordered = group.toSorted(answeredFirst)
    const [first] = ordered
    if (first === undefined) continue
    const allowed = allowedOf(first.object, first.amount < 0n ? 'out' : 'in')
    const told = new Set<string>()
    for (const { key, currency } of ordered.slice(allowed).filter(({ answered }) => !answered)) {
      keys.add(key)
      if (told.has(currency)) continue
      told.add(currency)
      const rights = ordered.slice(0, allowed)
      findings.set(key, { allowed: sumIn(currency, rights), all: sumIn(currency, ordered) })
    }
  }
  return { findings, keys }
}
