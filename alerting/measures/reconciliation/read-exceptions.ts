import { businessDateOf, datesBetween } from '#core/business-date.ts'
import { currencyExponent, isCurrency } from '#core/currencies.ts'
import { invariant } from '#core/errors.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Shop } from '#core/shop.ts'
import type { Measure, Reading } from '../../domain/rule.ts'

const readOpen = loadSql(import.meta.url, 'sql/exceptions_read_open.sql')

/** What is open in one currency, and from where it is too much; minor units. */
export interface OpenValue {
  readonly currency: string
  readonly amount: bigint
  readonly line: bigint
}

/** The open exceptions. */
export interface ExceptionsReading extends Reading {
  readonly open: number
  /** Of severity high or critical. */
  readonly high: number
  readonly values: readonly OpenValue[]
  /** Rows that the last nightly run compared. */
  readonly items: number
  readonly payoutMismatches: number
  /** Business days since the oldest one happened; null: none is open. */
  readonly oldestDays: number | null
}

interface OpenRow {
  readonly open: number
  readonly high: number
  readonly payout_mismatches: number
  readonly oldest: Date | null
  readonly amounts: readonly { readonly currency: string; readonly amount: string }[]
  readonly items: number
}

const isWeekday = (date: string): boolean => {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay()
  return day !== 0 && day !== 6
}

/** Weekdays after `from` up to and including `to`: from a Friday to the Monday after it is one. Public holidays count as weekdays. */
export const businessDaysBetween = (from: string, to: string): number =>
  datesBetween(from, to).slice(1).filter(isWeekday).length

/** From which sum open exceptions of a currency are told: where one alone would be of severity high. */
const lineOf = ({ exceptions }: Shop, currency: string): bigint => {
  const own = exceptions.severity_amounts_by_currency.find((one) => one.currency === currency)
  const exponent = isCurrency(currency) ? currencyExponent(currency) : 2
  return BigInt((own ?? exceptions.severity_amounts).high) * 10n ** BigInt(exponent)
}

/** What does not agree between Stripe and the books, in figures; always one reading. */
export const exceptionsMeasure: Measure<ExceptionsReading> = {
  name: 'open_exceptions',
  from: 'postgres',
  read: async ({ db, shop }, at) => {
    const row = await db.first<OpenRow>(readOpen)
    invariant(row, 'an aggregate without a row')
    const { zone } = shop.account
    const dateOf = (instant: Date) => businessDateOf(instant, zone)
    return [
      {
        labels: {},
        open: row.open,
        high: row.high,
        payoutMismatches: row.payout_mismatches,
        items: row.items,
        oldestDays: row.oldest === null ? null : businessDaysBetween(dateOf(row.oldest), dateOf(at)),
        values: row.amounts.map(({ currency, amount }) => ({
          currency,
          amount: BigInt(amount),
          line: lineOf(shop, currency),
        })),
      },
    ]
  },
}
