import type { Command } from 'commander'
import { isBusinessDate } from '#core/business-date.ts'
import { TillwatchError } from '#core/errors.ts'
import { formatMajor } from '#core/money.ts'
import { callApi } from './api-client.ts'
import { EXIT, print, withCommonOptions, withPlatform, type CommonOptions } from './shared.ts'

interface ReconcileOptions extends CommonOptions {
  readonly from: string
  readonly to?: string
  readonly dryRun?: boolean
}

interface Run {
  readonly id: string
  readonly status: string
  readonly error?: string | null
  readonly summary: {
    readonly dates: readonly { date: string; status: string; certificates: readonly string[] }[]
    readonly totals: readonly {
      currency: string
      category: string
      count: number
      amount: number
      fee: number
      net: number
    }[]
    readonly matched: number
    readonly explained: number
    readonly exceptions: {
      readonly open: number
      readonly opened: number
      readonly healed: number
      readonly items: readonly {
        category: string
        object: string
        currency: string
        expected: number | null
        actual: number | null
        date: string
      }[]
    }
  } | null
}

const dateOf = (text: string, option: string): string => {
  if (!isBusinessDate(text))
    throw new TillwatchError('query_invalid', `${option} must be a date like 2026-11-22`)
  return text
}

const money = (amount: number | null, currency: string): string =>
  amount === null ? '-' : `${formatMajor(BigInt(amount), currency)} ${currency.toUpperCase()}`

const linesOf = (run: Run): string[] => {
  if (run.summary === null) return [`Run ${run.id} ${run.status}: ${run.error ?? 'no summary'}`]
  const { dates, totals, exceptions, matched, explained } = run.summary
  return [
    `Run ${run.id}`,
    ...dates.map(
      ({ date, status, certificates }) => `  ${date}  ${status.padEnd(10)} ${certificates.join(' ')}`,
    ),
    '',
    ...totals.map(
      (row) =>
        `  ${row.category.padEnd(20)} ${String(row.count).padStart(6)} rows  ${money(row.amount, row.currency).padStart(18)}  fee ${money(row.fee, row.currency).padStart(14)}  net ${money(row.net, row.currency).padStart(18)}`,
    ),
    '',
    `  ${matched} matched, ${explained} explained; exceptions: ${exceptions.open} open, ${exceptions.opened} new, ${exceptions.healed} healed`,
    ...exceptions.items.map(
      (item) =>
        `  ! ${item.date}  ${item.category.padEnd(20)} ${item.object}  expected ${money(item.expected, item.currency)}, found ${money(item.actual, item.currency)}`,
    ),
  ]
}

const POLL_MS = 500

const run = async (options: ReconcileOptions): Promise<number> => {
  const from = dateOf(options.from, '--from')
  const to = dateOf(options.to ?? from, '--to')
  return withPlatform(options, async (connection) => {
    let result = await callApi<Run>(connection, 'POST', '/reconciliation/runs', {
      from,
      to,
      dry_run: options.dryRun ?? false,
    })
    while (result.status === 'pending' || result.status === 'running') {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      result = await callApi<Run>(connection, 'GET', `/reconciliation/runs/${result.id}`)
    }
    print(options, result, linesOf(result))
    if (result.summary === null || result.status === 'failed') return EXIT.couldNot
    // A date can also be unclean without an exception: when Stripe's own balance disagrees with the rows.
    const isUnclean = result.summary.dates.some(({ status }) => status === 'exceptions')
    return isUnclean || result.summary.exceptions.open > 0 ? EXIT.finding : EXIT.done
  })
}

/** `tillwatch reconcile --from DATE --to DATE`: exit 1 when a date in the range is not clean. */
export const addReconcile = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(
    program.command('reconcile').description('compare the ledger with Stripe and certify each finished date'),
  )
    .requiredOption('--from <date>', 'first business date')
    .option('--to <date>', 'last business date, included')
    .option('--dry-run', 'change nothing')
    .action(async (options: ReconcileOptions) => exit(await run(options)))
}
