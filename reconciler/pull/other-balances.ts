import type Stripe from 'stripe'

type Entry = Pick<Stripe.Balance.Available, 'amount' | 'currency'>

/** The parts of Stripe's balance beside available and pending, as a run keeps them; absent when Stripe did not show them. */
export interface OtherParts {
  readonly prefunding?: { readonly available: readonly Entry[]; readonly pending: readonly Entry[] }
  readonly issuing?: readonly Entry[]
  readonly reserved?: readonly Entry[]
}

const plain = (entries: readonly Entry[]): Entry[] =>
  entries.map(({ amount, currency }) => ({ amount, currency }))

/** Takes those parts out of Stripe's balance. */
export const otherParts = (balance: Stripe.Balance): OtherParts => ({
  ...(balance.refund_and_dispute_prefunding
    ? {
        prefunding: {
          available: plain(balance.refund_and_dispute_prefunding.available),
          pending: plain(balance.refund_and_dispute_prefunding.pending),
        },
      }
    : {}),
  ...(balance.issuing ? { issuing: plain(balance.issuing.available) } : {}),
  ...(balance.connect_reserved ? { reserved: plain(balance.connect_reserved) } : {}),
})

const sumOf = (entries: readonly Entry[], currency: string): bigint =>
  entries.filter((entry) => entry.currency === currency).reduce((sum, { amount }) => sum + BigInt(amount), 0n)

const currenciesOf = (...parts: (readonly Entry[])[]): string[] => [
  ...new Set(parts.flat().map(({ currency }) => currency)),
]

/** Balances of the types that Stripe documents a field for (stripe.md §5), by JSON pair of currency and balance type. */
export const otherTypesOf = ({
  prefunding,
  issuing,
}: OtherParts): Map<string, { available: bigint; pending: bigint }> =>
  new Map([
    ...currenciesOf(prefunding?.available ?? [], prefunding?.pending ?? []).map(
      (currency) =>
        [
          JSON.stringify([currency, 'refund_and_dispute_prefunding']),
          {
            available: sumOf(prefunding?.available ?? [], currency),
            pending: sumOf(prefunding?.pending ?? [], currency),
          },
        ] as const,
    ),
    ...currenciesOf(issuing ?? []).map(
      (currency) =>
        [
          JSON.stringify([currency, 'issuing']),
          { available: sumOf(issuing ?? [], currency), pending: 0n },
        ] as const,
    ),
  ])

/**
 * Reserves by currency. Stripe documents no field of the balance for the balance type `risk_reserved` and none that says which
 * rows make up `connect_reserved`, so it is printed on the certificate and compared with nothing.
 */
export const besidesOf = ({ reserved = [] }: OtherParts): Map<string, Record<string, bigint>> =>
  new Map(
    currenciesOf(reserved).map((currency) => [currency, { connect_reserved: sumOf(reserved, currency) }]),
  )
