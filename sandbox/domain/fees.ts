/** Price of a card payment: `rate` in hundredths of a percent, `fixed` in minor units. */
export type FeeRule = { rate: number; fixed: number }

/** The sandbox's own rate card (an assumption: Stripe's differs by country, card and contract). */
const FEES: Readonly<Record<string, FeeRule>> = {
  gbp: { rate: 150, fixed: 20 },
  eur: { rate: 150, fixed: 25 },
  usd: { rate: 290, fixed: 30 },
}

const OTHER: FeeRule = { rate: 290, fixed: 0 }

/** Stripe's fee for a captured amount, in minor units of its currency; half a unit is rounded up, integers only. */
export const processingFee = (amount: number, currency: string): number => {
  const { rate, fixed } = FEES[currency] ?? OTHER
  return Math.floor((amount * rate + 5_000) / 10_000) + fixed
}
