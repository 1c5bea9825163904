import type { Claim } from './facts.ts'

/**
 * True for a charge of a sale that other charges already pay. A second card tender of a split sale is none: its payment is
 * ours, and has this charge or waits for it.
 */
export const isSecondCharge = (claim: Claim): boolean => {
  if (claim.isOurs) return false
  return claim.paymentExists ? claim.paymentCharge !== null : claim.otherCharges > 0
}

/** True for a charge that names no payment of ours: none at all, or one that does not exist here. */
export const isOrphan = (claim: Claim): boolean => !claim.isOurs && !claim.paymentExists
