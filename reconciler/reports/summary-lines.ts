import { csvText as guard } from '#core/http/csv-text.ts'
import { major } from '../page/layout.ts'
import type { BalanceSummary } from './read-report.ts'
import { csvText } from './stream-report.ts'

/** Columns of Stripe's balance summary (stripe.md §8). */
export const SUMMARY_COLUMNS = ['category', 'description', 'net_amount', 'currency'] as const

/** The four lines of each currency: what was held, what activity and payouts changed, what is held. */
export const summaryLines = (summaries: readonly BalanceSummary[], from: string, to: string): string[][] =>
  summaries.flatMap(({ currency, before, activity, payouts }) =>
    (
      [
        ['starting_balance', `Starting balance (${from})`, before],
        ['activity', 'Balance change from activity', activity],
        ['payouts', 'Total payouts', payouts],
        ['ending_balance', `Ending balance (${to})`, before + activity + payouts],
      ] as const
    ).map(([category, text, amount]) => [category, text, major(amount, currency), currency]),
  )

/** The lines as CSV with their header; the currency is Stripe's text and guarded, all else is of our own writing. */
export const summaryCsv = (lines: readonly (readonly string[])[]): string =>
  csvText([
    SUMMARY_COLUMNS,
    ...lines.map((line) =>
      line.map((value, at) => (SUMMARY_COLUMNS[at] === 'currency' ? guard(value) : value)),
    ),
  ])
