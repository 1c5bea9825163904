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

/** What a chargeback costs, in minor units (stripe.md §5 for usd, cad and eur; the others are assumptions). */
const DISPUTE_FEES: Readonly<Record<string, number>> = {
  usd: 1500,
  cad: 1500,
  eur: 2000,
  gbp: 2000,
  jpy: 1300,
}

/** Stripe's fee for a dispute in this currency, in minor units; 0 where the sandbox knows none. */
export const disputeFee = (currency: string): number => DISPUTE_FEES[currency] ?? 0

/** Stripe's price of an instant payout: one per cent, at least fifty minor units (an assumption: it differs by country). */
export const instantPayoutFee = (amount: number): number =>
  Math.max(50, Math.floor((amount * 100 + 5_000) / 10_000))
