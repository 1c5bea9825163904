import { currencyExponent } from '#core/currencies.ts'
import type { Posting } from '#core/ledger/post-entry.ts'
import type { Shop } from '#core/shop.ts'
import { GAINS, WRITE_OFFS, type OpenAmount } from './adjustment.ts'

/** Up to what a role agrees to a write-off or a forced match that another person asked for. Minor units. */
export interface DeskTier {
  readonly role: string
  readonly currency: string
  readonly agrees_up_to: number
}

/** Who can be a second person at the desk at all, from the strictest tier's view: the last one stands above all limits. */
const AGREERS = ['finance', 'manager'] as const
export type Agreer = (typeof AGREERS)[number]

/** Resolutions that go by tiers; what is booked to an account of one's choice needs a manager, whatever its size. */
const TIERED: ReadonlySet<string> = new Set(['write_off', 'forced_match'])

/** Major units of the shop's currency up to which another person of finance agrees, unless the shop says otherwise. */
const FINANCE_UP_TO = 50

/** The shop's tiers; without any, finance agrees up to 50 of the shop's currency. */
export const deskTiersOf = ({
  account,
  write_off_tiers: own,
}: Pick<Shop, 'account' | 'write_off_tiers'>): readonly DeskTier[] =>
  own ?? [
    {
      role: 'finance',
      currency: account.currency,
      agrees_up_to: FINANCE_UP_TO * 10 ** currencyExponent(account.currency),
    },
  ]

/** What was asked for: how it resolves, and the entry that it would post. */
export interface DeskRequest {
  readonly resolution: string
  readonly postings: readonly Pick<Posting, 'currency' | 'amountMinor'>[]
}

/** How much an entry moves: its debits, each currency for itself. What is matched counts as much as what is given up. */
const sizesOf = (postings: DeskRequest['postings']): ReadonlyMap<string, bigint> => {
  const sizes = new Map<string, bigint>()
  for (const { currency, amountMinor } of postings)
    sizes.set(currency, (sizes.get(currency) ?? 0n) + (amountMinor > 0n ? amountMinor : 0n))
  return sizes
}

/** Most that a role agrees to in a currency; undefined is no limit. Without a row a manager has none, and finance agrees to nothing. */
const limitOf = (tiers: readonly DeskTier[], role: Agreer, currency: string): bigint | undefined => {
  const row = tiers.find((tier) => tier.role === role && tier.currency === currency)
  if (row) return BigInt(row.agrees_up_to)
  return role === 'manager' ? undefined : 0n
}

/**
 * The limit that keeps a role from agreeing to the request, or undefined when it may. Each currency is compared in its own minor
 * units and each must fit; a currency without a row, like whatever is not tiered, takes a manager.
 */
export const limitAgainst = (
  tiers: readonly DeskTier[],
  { resolution, postings }: DeskRequest,
  role: string,
): bigint | undefined => {
  const agreer = AGREERS.find((one) => one === role)
  if (!agreer) return 0n
  if (!TIERED.has(resolution)) return agreer === 'manager' ? undefined : 0n
  for (const [currency, size] of sizesOf(postings)) {
    const limit = limitOf(tiers, agreer, currency)
    if (limit !== undefined && size > limit) return limit
  }
  return undefined
}

/** The roles that may agree to the request; never whoever asked, whatever their role. */
export const agreersTo = (tiers: readonly DeskTier[], request: DeskRequest): Agreer[] =>
  AGREERS.filter((role) => limitAgainst(tiers, request, role) === undefined)

/** Giving money up takes two persons, so booking it to where a write-off goes must not be the way round them. */
const GIVEN_UP: ReadonlySet<string> = new Set([WRITE_OFFS, GAINS])

/**
 * Whether one person may book the open amounts to the account: never to where write-offs go, and each amount in the shop's own
 * currency and at most `adjust_alone_up_to` of its major units. In another currency that number would be another limit.
 */
export const mayBookAlone = (
  { account, exceptions }: Pick<Shop, 'account' | 'exceptions'>,
  open: readonly Pick<OpenAmount, 'currency' | 'amount'>[],
  bookedTo: string,
): boolean => {
  const limit = BigInt(exceptions.adjust_alone_up_to) * 10n ** BigInt(currencyExponent(account.currency))
  const isSmall = (amount: bigint) => amount <= limit && -amount <= limit
  return (
    !GIVEN_UP.has(bookedTo) &&
    open.every(({ currency, amount }) => currency === account.currency && isSmall(amount))
  )
}
