import type Stripe from 'stripe'
import { endOfBusinessDate } from '#core/business-date.ts'
import type { Deps } from '#core/service.ts'
import type { Scope } from '../scope.ts'
import { secondsOf, seenRow, type SeenRow } from './stripe-rows.ts'

/** Stripe's balance of one currency, and when it was read. */
export interface BalanceRead {
  readonly readAt: Date
  readonly currencies: ReadonlyMap<string, { readonly available: bigint; readonly pending: bigint }>
  /** Net of the rows created after the last finished date, per currency and balance type (JSON pair). */
  readonly netSince: ReadonlyMap<string, bigint>
}

export interface PulledRows {
  readonly rows: readonly SeenRow[]
  /** Null when the last finished date is not in the run, or the balance did not stand still. */
  readonly balance: BalanceRead | null
}

/** Tries until balance, rows, balance stand still; a busy shop settles a few rows a second at most. */
const STABLE_TRIES = 5

const sumOf = (parts: readonly Stripe.Balance.Available[], currency: string): bigint =>
  parts.filter((part) => part.currency === currency).reduce((sum, part) => sum + BigInt(part.amount), 0n)

const readBalance = async (stripe: Stripe): Promise<BalanceRead['currencies']> => {
  const { available, pending } = await stripe.balance.retrieve()
  const currencies = new Set([...available, ...pending].map(({ currency }) => currency))
  return new Map(
    [...currencies].map((currency) => [
      currency,
      { available: sumOf(available, currency), pending: sumOf(pending, currency) },
    ]),
  )
}

const totalsText = (read: BalanceRead['currencies']): string =>
  JSON.stringify(
    [...read]
      .map(([currency, { available, pending }]) => [currency, (available + pending).toString()])
      .sort(),
  )

const listRows = async (
  stripe: Stripe,
  scope: Scope,
  until: Date | null,
  pageSize: number,
): Promise<SeenRow[]> => {
  const created = {
    gte: secondsOf(scope.startAt),
    ...(until === null ? {} : { lt: secondsOf(until) }),
  }
  const rows = new Map<string, SeenRow>()
  for await (const row of stripe.balanceTransactions.list({ created, limit: pageSize })) {
    rows.set(row.id, seenRow(row, scope.zone))
  }
  return [...rows.values()]
}

const netAfter = (rows: readonly SeenRow[], instant: Date): BalanceRead['netSince'] => {
  const sums = new Map<string, bigint>()
  for (const row of rows) {
    if (row.createdAt < instant) continue
    const key = JSON.stringify([row.currency, row.balanceType])
    sums.set(key, (sums.get(key) ?? 0n) + row.net)
  }
  return sums
}

/**
 * Every balance transaction created in the scope's dates. When the last finished date is among them also Stripe's balance,
 * read before and after the rows until both reads agree. Throws when any page fails.
 */
export const pullRows = async (
  deps: Pick<Deps, 'stripe' | 'env'>,
  scope: Scope,
  pageSize: number,
): Promise<PulledRows> => {
  const { stripe } = deps
  const inScope = (row: SeenRow) => scope.endAt === null || row.createdAt < scope.endAt
  if (scope.to < scope.lastFinished || scope.from > scope.lastFinished) {
    const rows = await listRows(stripe, scope, scope.endAt, pageSize)
    return { rows: rows.filter(inScope), balance: null }
  }
  let before = await readBalance(stripe)
  for (let tried = 1; ; tried += 1) {
    const rows = await listRows(stripe, scope, null, pageSize)
    const after = await readBalance(stripe)
    const stable = totalsText(before) === totalsText(after)
    if (stable || tried >= STABLE_TRIES) {
      const netSince = netAfter(rows, endOfBusinessDate(scope.lastFinished, scope.zone))
      const balance = stable ? { readAt: deps.env.clock.now(), currencies: after, netSince } : null
      return { rows: rows.filter(inScope), balance }
    }
    before = after
  }
}
