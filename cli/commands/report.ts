import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { openAnswer } from './api-client.ts'
import { nodeStream } from './certify.ts'
import { EXIT, withCommonOptions, withPlatform, type CommonOptions } from './shared.ts'

interface ReportOptions extends CommonOptions {
  readonly from?: string
  readonly to?: string
  readonly currency?: string
  readonly timezone?: string
  readonly columns?: string
  readonly balanceType?: string
  readonly asOf?: string
  readonly includeUncertified?: boolean
  readonly csv?: string
}

const queryOf = (options: ReportOptions): string => {
  const query = new URLSearchParams({ format: options.json ? 'json' : 'csv' })
  const given = {
    from: options.from,
    to: options.to,
    currency: options.currency,
    timezone: options.timezone,
    columns: options.columns,
    balance_type: options.balanceType,
    as_of: options.asOf,
    uncertified: options.includeUncertified === true ? 'include' : undefined,
  }
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, value)
  return query.toString()
}

/** What the file cannot say: its lines are Stripe's. */
const warn = (headers: Headers): void => {
  const dates = headers.get('tillwatch-uncertified-dates')
  if (dates === null) return
  const count = Number(headers.get('tillwatch-uncertified-count'))
  const more = count - dates.split(', ').length
  process.stderr.write(
    `tillwatch: not certified: ${dates}${more > 0 ? ` and ${more} more` : ''}. The figures of this report can still change.\n`,
  )
}

const run = async (type: string, options: ReportOptions): Promise<number> =>
  withPlatform(options, async (connection) => {
    const path = `/reconciliation/reports/${encodeURIComponent(type)}?${queryOf(options)}`
    const { body, headers } = await openAnswer(connection, path)
    warn(headers)
    const stream = nodeStream(body)
    // Standard output is not ours to close.
    if (options.csv === undefined) await pipeline(stream, process.stdout, { end: false })
    else await pipeline(stream, createWriteStream(options.csv))
    return EXIT.done
  })

/** `tillwatch report TYPE --from DATE --to DATE [--csv FILE]`: one of Stripe's reports, from our mirror. */
export const addReport = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(
    program
      .command('report')
      .description(
        "Stripe's reports from our mirror: balance_summary, balance_change_from_activity.itemized, payout_reconciliation.itemized, ending_balance_reconciliation.itemized",
      ),
  )
    .argument('<type>', "name of the report, also with Stripe's version (...itemized.3)")
    .option('--from <date>', 'first business date')
    .option('--to <date>', 'last business date, included; the last certified one without it')
    .option('--currency <code>', 'one currency; all without it')
    .option('--timezone <zone>', "zone of the dates; the Stripe account's without it")
    .option('--columns <names>', "Stripe's column names, with commas between")
    .option('--balance-type <type>', 'payments without it; all for every one')
    .option('--as-of <instant>', 'as the mirror stood then (RFC 3339)')
    .option('--include-uncertified', 'also dates after the last certified one; they are named as a warning')
    .option('--csv <file>', 'write to a file instead of standard output')
    .action(async (type: string, options: ReportOptions) => exit(await run(type, options)))
}
