import type Stripe from 'stripe'
import { businessDateOf } from '#core/business-date.ts'
import type { BalanceRow } from '../domain/facts.ts'

/** A row as Stripe shows it now; the mirror gives it a version. */
export interface SeenRow extends Omit<BalanceRow, 'version'> {
  /** What the row is about, where Stripe showed it with the row (`expand`); it is not kept in the mirror. */
  readonly sourceObject: Stripe.BalanceTransactionSource | null
}

/** How rows are asked for singly: with what they are about. In lists it is `data.source`. */
export const WITH_SOURCE = { expand: ['source'] }

/** Instants of Stripe's are whole seconds. */
export const instantOf = (seconds: number): Date => new Date(seconds * 1000)

/** Whole seconds of an instant, as Stripe's filters want it; our date borders are whole minutes. */
export const secondsOf = (instant: Date): number => Math.floor(instant.getTime() / 1000)

const idOf = (value: string | { readonly id: string } | null): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null)

/** Stripe's balance transaction in our terms; it belongs to the date of its `created` in the account's zone. */
export const seenRow = (row: Stripe.BalanceTransaction, zone: string): SeenRow => ({
  id: row.id,
  balanceType: row.balance_type ?? 'payments',
  type: row.type,
  category: row.reporting_category,
  source: idOf(row.source),
  amount: BigInt(row.amount),
  fee: BigInt(row.fee),
  net: BigInt(row.net),
  currency: row.currency,
  createdAt: instantOf(row.created),
  businessDate: businessDateOf(instantOf(row.created), zone),
  availableAt: instantOf(row.available_on),
  description: row.description,
  exchangeRate: row.exchange_rate === null ? null : String(row.exchange_rate),
  sourceObject: typeof row.source === 'string' ? null : (row.source ?? null),
})

/** True when Stripe says that it has no such object. */
export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'statusCode' in error && error.statusCode === 404

/** The object, or undefined when Stripe has none (404); every other failure is thrown. */
export const orMissing = async <T>(asking: Promise<T>): Promise<T | undefined> => {
  try {
    return await asking
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Runs `ask` for every item, a few at a time: Stripe answers about 25 reads a second in a sandbox account. */
export const askAll = async <T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> => {
  const answers: R[] = []
  for (let at = 0; at < items.length; at += CONCURRENT_MAX) {
    answers.push(...(await Promise.all(items.slice(at, at + CONCURRENT_MAX).map(ask))))
  }
  return answers
}

const CONCURRENT_MAX = 8
