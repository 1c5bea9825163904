import type { Hands, Make, Wanted } from './make.ts'
import {
  chargedTooOften,
  claimedTwice,
  notAtStripe,
  ofNobody,
  otherCurrency,
  otherState,
} from './plant-objects.ts'
import { otherAmounts, otherFees, payouts, rowsGone, unknown, withoutMovement } from './plant-rows.ts'
import type { Planted } from './stripe-hand.ts'

/** Every kind of edit that is a fact, with how often it is made. */
export const FACTS: Wanted = [
  ...unknown,
  ...chargedTooOften,
  ...ofNobody,
  ...withoutMovement,
  ...claimedTwice,
  ...notAtStripe,
  ...otherState,
  ...otherCurrency,
  ...otherAmounts,
  ...otherFees,
  ...payouts,
  ...rowsGone,
]

/** Makes edits of every kind in an order of chance. */
export const plant = async (hands: Hands, wanted: Wanted): Promise<Planted[]> => {
  const makes = hands.draw.shuffled(wanted.flatMap(([count, make]) => Array<Make>(count).fill(make)))
  const planted: Planted[] = []
  for (const make of makes) planted.push(...(await make(hands)))
  return planted
}
