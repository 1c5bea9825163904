import type Stripe from 'stripe'
import type { Deps } from '#core/service.ts'
import type { Scope } from '../scope.ts'
import { besidesOf, otherParts, otherTypesOf, type OtherParts } from './other-balances.ts'
import { readList } from './read-list.ts'
import type { Stage } from './stage.ts'
import { secondsOf, seenRow, type SeenRow } from './stripe-rows.ts'

/** Stripe's balance of one currency, and when it was read. */
export interface BalanceRead {
  readonly readAt: Date
  readonly currencies: ReadonlyMap<string, { readonly available: bigint; readonly pending: bigint }>
  /** The same of other balance types that Stripe shows, by JSON pair of currency and balance type. */
  readonly otherTypes: ReadonlyMap<string, { readonly available: bigint; readonly pending: bigint }>
  /** What Stripe shows beside them, by currency and Stripe's own name; no balance type documents it. */
  readonly besides: ReadonlyMap<string, Readonly<Record<string, bigint>>>
  /** Net of the rows that the run listed, by JSON triple of date, currency and balance type: `netSince` sums them. */
  readonly nets: ReadonlyMap<string, bigint>
}

/** Net of the rows that Stripe listed after `date`, in minor units of the currency. */
export const netSince = (
  { nets }: Pick<BalanceRead, 'nets'>,
  date: string,
  currency: string,
  balanceType: string,
): bigint => {
  let sum = 0n
  for (const [place, net] of nets) {
    const [on, itsCurrency, itsType] = JSON.parse(place) as [string, string, string]
    if (on > date && itsCurrency === currency && itsType === balanceType) sum += net
  }
  return sum
}

export interface PulledRows {
  readonly rows: readonly SeenRow[]
  /** Null when the run does not read it, or it did not stand still. */
  readonly balance: BalanceRead | null
}

/** Tries until balance, rows, balance stand still; a busy shop settles a few rows a second at most. */
const STABLE_TRIES = 5

const sumOf = (parts: readonly Stripe.Balance.Available[], currency: string): bigint =>
  parts.filter((part) => part.currency === currency).reduce((sum, part) => sum + BigInt(part.amount), 0n)

/** Stripe's balance as a run keeps it: what was pending and available of each currency. */
interface KeptBalance {
  readonly id: string
  readonly available: readonly Stripe.Balance.Available[]
  readonly pending: readonly Stripe.Balance.Available[]
  readonly others: OtherParts
}

const askBalance = async (stripe: Stripe): Promise<KeptBalance> => {
  const balance = await stripe.balance.retrieve()
  const { available, pending } = balance
  return { id: BALANCE, available, pending, others: otherParts(balance) }
}

type Balances = Pick<BalanceRead, 'currencies' | 'otherTypes' | 'besides'>

const balanceOf = ({ available, pending, others }: KeptBalance): Balances => {
  const currencies = new Set([...available, ...pending].map(({ currency }) => currency))
  return {
    currencies: new Map(
      [...currencies].map((currency) => [
        currency,
        { available: sumOf(available, currency), pending: sumOf(pending, currency) },
      ]),
    ),
    otherTypes: otherTypesOf(others),
    besides: besidesOf(others),
  }
}

const totalsText = (read: Balances): string =>
  JSON.stringify(
    [...read.currencies, ...read.otherTypes]
      .map(([place, { available, pending }]) => [place, (available + pending).toString()])
      .sort(),
  )

const BALANCE = 'balance'
const ROWS = 'balance_transactions'

const listRows = async (
  stripe: Stripe,
  stage: Stage,
  scope: Scope,
  until: Date | null,
  pageSize: number,
): Promise<SeenRow[]> => {
  const created = {
    gte: secondsOf(scope.startAt),
    ...(until === null ? {} : { lt: secondsOf(until) }),
  }
  const rows = await readList<Stripe.BalanceTransaction>(stage, ROWS, pageSize, async (page) =>
    stripe.balanceTransactions.list({ ...page, created, expand: ['data.source'] }),
  )
  return rows.map((row) => seenRow(row, scope.zone))
}

const netsOf = (rows: readonly SeenRow[]): BalanceRead['nets'] => {
  const sums = new Map<string, bigint>()
  for (const row of rows) {
    const place = JSON.stringify([row.businessDate, row.currency, row.balanceType])
    sums.set(place, (sums.get(place) ?? 0n) + row.net)
  }
  return sums
}

/** The balance before the first page: that of the run's first attempt when the pages after it are kept. */
const readBefore = async (stripe: Stripe, stage: Stage): Promise<KeptBalance> => {
  const [kept] = (await stage.kept<KeptBalance>(BALANCE))?.objects ?? []
  if (kept) return kept
  const balance = await askBalance(stripe)
  await stage.drop(ROWS)
  await stage.keep(BALANCE, 1, BALANCE, [balance])
  return balance
}

/**
 * Every balance transaction created in the scope's dates. When the scope has a balance date also Stripe's balance, read before
 * and after these rows and all later ones until both reads agree: pages kept by a killed attempt count only inside such a pair, else
 * they are dropped and read again. Throws when any page fails.
 */
export const pullRows = async (
  deps: Pick<Deps, 'stripe' | 'env'>,
  stage: Stage,
  scope: Scope,
  pageSize: number,
): Promise<PulledRows> => {
  const { stripe } = deps
  const inScope = (row: SeenRow) => scope.endAt === null || row.createdAt < scope.endAt
  if (scope.balanceDate === null) {
    const rows = await listRows(stripe, stage, scope, scope.endAt, pageSize)
    return { rows: rows.filter(inScope), balance: null }
  }
  let before = balanceOf(await readBefore(stripe, stage))
  for (let tried = 1; ; tried += 1) {
    const rows = await listRows(stripe, stage, scope, null, pageSize)
    const after = balanceOf(await askBalance(stripe))
    const stable = totalsText(before) === totalsText(after)
    if (stable || tried >= STABLE_TRIES) {
      const balance = stable ? { readAt: deps.env.clock.now(), ...after, nets: netsOf(rows) } : null
      return { rows: rows.filter(inScope), balance }
    }
    await stage.drop(BALANCE)
    await stage.drop(ROWS)
    before = after
  }
}
