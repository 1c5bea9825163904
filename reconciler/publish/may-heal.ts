import type { Shop } from '#core/shop.ts'
import { isOverdue } from '../domain/due.ts'
import type { Pulled } from '../pull/pull.ts'
import type { Scope } from '../scope.ts'
import type { Mirrored } from './mirror-rows.ts'
import type { Settled } from './settle-rows.ts'

/** What a run looked at. */
export interface Seen {
  readonly mirrored: Mirrored
  readonly pulled: Pulled
  readonly settled: Settled
}

/** An exception as far as healing asks. */
export interface Healable {
  readonly category: string
  readonly object: string
  readonly business_date: string
}

const PAYOUT_CATEGORIES = new Set(['payout_mismatch', 'payout_overdue'])

const isRow = ({ object }: Healable): boolean => object.startsWith('txn_')

/** True for an exception about something outstanding, which stands on the certificates of all dates since its own. */
export const standsOnLaterDates = (exception: Healable): boolean =>
  isRow(exception) ? exception.category === 'currency_mismatch' : exception.category !== 'balance_mismatch'

/** Only what the run looked at may heal: an exception outside its scope says nothing by not being found. */
export const mayHeal = (
  scope: Scope,
  shop: Pick<Shop, 'due'>,
  { mirrored, pulled, settled }: Seen,
): ((known: Healable) => boolean) => {
  const unasked = new Set(
    settled.open
      .filter(
        (movement) =>
          isOverdue(movement, shop.due, scope.now) &&
          (pulled.atStripe.get(movement.object) ?? 'unknown') === 'unknown',
      )
      .map(({ object }) => object),
  )
  const payouts = new Set(pulled.payouts.map(({ id }) => id))
  return (known) => {
    if (isRow(known)) return mirrored.looked.has(known.object)
    if (known.category === 'balance_mismatch')
      return pulled.balance !== null && known.business_date <= (scope.balanceDate ?? '')
    // A state is known only of what Stripe showed in this run.
    if (known.category === 'status_mismatch')
      return pulled.sources.has(known.object) || pulled.atStripe.get(known.object) === 'absent'
    if (PAYOUT_CATEGORIES.has(known.category))
      return payouts.has(known.object) || pulled.atStripe.get(known.object) === 'absent'
    return known.business_date <= scope.to && !unasked.has(known.object)
  }
}

/** When the thing that a finding is about happened, as this run saw it. */
export const readOccurredAt = ({
  mirrored,
  pulled,
  settled,
}: Seen): ((object: string) => Date | undefined) => {
  const at = new Map<string, Date>()
  for (const { object, occurredAt } of settled.open) {
    const known = at.get(object)
    if (known === undefined || occurredAt < known) at.set(object, occurredAt)
  }
  for (const { id, createdAt } of pulled.payouts) at.set(id, createdAt)
  for (const { id, createdAt } of mirrored.rows) at.set(id, createdAt)
  return (object) => at.get(object)
}
