/** Up to what a role gives back alone: of one payment, and in a day. Minor units. */
export interface RefundTier {
  readonly role: string
  readonly currency: string
  readonly alone_up_to: number
  readonly per_day?: number | undefined
}

/** Why a second person is needed: the payment's refunds together, or the day's (a large refund split into small ones). */
export type WhySecond = 'over_limit' | 'over_day'

interface Given {
  readonly role: string
  readonly currency: string
  /** Given back of this payment already. */
  readonly before: bigint
  /** Given back by the same person today, in this currency. */
  readonly today: bigint
  readonly amount: bigint
}

const tierOf = (tiers: readonly RefundTier[], { role, currency }: Pick<Given, 'role' | 'currency'>) =>
  tiers.find((tier) => tier.role === role && tier.currency === currency)

/** Whether a second person has to agree, and why; undefined when the role may alone. A role without a row has no limit. */
export const needsSecond = (tiers: readonly RefundTier[], given: Given): WhySecond | undefined => {
  const tier = tierOf(tiers, given)
  if (!tier) return undefined
  if (given.before + given.amount > BigInt(tier.alone_up_to)) return 'over_limit'
  if (tier.per_day !== undefined && given.today + given.amount > BigInt(tier.per_day)) return 'over_day'
  return undefined
}

/** Most that a role may agree to; undefined is no limit. */
export const mayAgreeTo = (
  tiers: readonly RefundTier[],
  role: string,
  currency: string,
): bigint | undefined => {
  const tier = tierOf(tiers, { role, currency })
  return tier && BigInt(tier.alone_up_to)
}
