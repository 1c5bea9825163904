import { createHash } from 'node:crypto'
import type { Shop } from '#core/shop.ts'
import { CATEGORY_RULES } from '../domain/categories.ts'
import { isPayoutOverdue, type DueTimes } from '../domain/due.ts'
import type { Movement } from '../domain/facts.ts'
import { expectedFee } from '../domain/fees.ts'
import type { SeenRow } from '../pull/stripe-rows.ts'

/** What a payout shows of itself that a look judges it by. */
export interface PayoutFacts {
  readonly id: string
  readonly status: string
  readonly amount: number
  readonly arrival_date: number
  readonly reconciliation_status: string
}

const digestOf = (facts: readonly unknown[]): string =>
  createHash('sha256')
    .update(
      JSON.stringify(facts, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    )
    .digest('hex')

const GOOD_STATES: ReadonlySet<unknown> = new Set(['succeeded', 'pending', undefined])

/** State of the object that the row is about, when Stripe sent it with the row. */
const stateOf = (row: SeenRow): unknown => {
  const source = row.sourceObject
  return source !== null && 'status' in source ? source.status : undefined
}

/** A text that changes whenever what Stripe shows of the row, or what we have on its object, changes. */
export const rowDigest = (row: SeenRow, movements: readonly Movement[]): string => {
  const ours = movements.map(({ key, account, currency, amount }) => [key, account, currency, amount]).sort()
  const { createdAt, availableAt, amount, fee, net, currency, type, category, source } = row
  const shown = [createdAt, availableAt, amount, fee, net, currency, type, category, source]
  return digestOf([...shown, row.balanceType, row.exchangeRate, row.description, stateOf(row), ours])
}

/** The same of a payout; becoming overdue is a change, too. */
export const payoutDigest = (payout: PayoutFacts, due: DueTimes, now: Date): string => {
  const { status, amount, arrival_date: arrival, reconciliation_status: itemised } = payout
  const overdue = isPayoutOverdue({ status, arrivalAt: new Date(arrival * 1000) }, due, now)
  return digestOf([status, amount, arrival, itemised, overdue])
}

/** The same of an object that a movement is about: whether Stripe has it, and the row it names. */
export const objectDigest = (
  object: { readonly status?: unknown; readonly balance_transaction?: unknown } | undefined,
): string => digestOf([object === undefined ? 'absent' : [object.status, object.balance_transaction]])

/**
 * True when nothing about the row can be an exception: one movement of ours is on its object, on the account that answers
 * it, with its amount, currency and agreed fee. False says nothing: the row is then examined as a nightly run would.
 */
export const isPlain = (
  row: SeenRow,
  movements: readonly Movement[],
  rateCard: Shop['rate_card'],
): boolean => {
  const [movement] = movements
  if (movement === undefined || movements.length > 1) return false
  if (row.category !== 'charge' && row.category !== 'refund') return false
  const fee = expectedFee(row, movement, rateCard)
  return (
    movement.account === CATEGORY_RULES.get(row.category)?.answeredBy &&
    movement.amount === row.amount &&
    movement.currency === row.currency &&
    (fee === undefined || fee === row.fee) &&
    GOOD_STATES.has(stateOf(row))
  )
}
