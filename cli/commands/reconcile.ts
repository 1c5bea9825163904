import type { Command } from 'commander'
import { isBusinessDate } from '#core/business-date.ts'
import { TillwatchError } from '#core/errors.ts'
import { formatMajor } from '#core/money.ts'
import { callApi } from './api-client.ts'
import { EXIT, print, withCommonOptions, withPlatform, type CommonOptions } from './shared.ts'

interface ReconcileOptions extends CommonOptions {
  readonly from?: string
  readonly to?: string
  readonly dryRun?: boolean
  readonly full?: boolean
}

interface FullReport {
  readonly from: string | null
  readonly to: string | null
  readonly sides: Readonly<
    Record<
      'stripe' | 'ledger',
      readonly { currency: string; rows: number; amount: number; fee: number; net: number }[]
    >
  >
  readonly copy: Readonly<Record<'stripe' | 'ledger', Readonly<Record<string, number>>>>
  readonly differing: number
  readonly known: number
  readonly by_kind: Readonly<Record<string, number>>
  readonly keys: readonly {
    key: string
    kind: string
    columns: readonly string[]
    stripe: { currency: string; net: number } | null
    ledger: { currency: string; net: number } | null
  }[]
}

interface Run {
  readonly id: string
  readonly status: string
  readonly error: { readonly code: string; readonly message: string } | null
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
    readonly full?: FullReport
  } | null
}

const dateOf = (text: string, option: string): string => {
  if (!isBusinessDate(text))
    throw new TillwatchError('query_invalid', `${option} must be a date like 2026-11-22`)
  return text
}

const money = (amount: number | null, currency: string): string =>
  amount === null ? '-' : `${formatMajor(BigInt(amount), currency)} ${currency.toUpperCase()}`

const countsOf = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')

const differingOf = ({ differing, known, by_kind: kinds }: FullReport): string =>
  differing === 0
    ? 'nothing differs'
    : `${differing} differ (${countsOf(kinds)}), ${known} of them exceptions before`

/** The comparison over all time: what both sides come to, what had to be copied again, and the keys that differ. */
const fullLines = (full: FullReport): string[] => [
  '',
  `  Compared ${full.from ?? 'nothing'} to ${full.to ?? 'nothing'}: ${differingOf(full)}`,
  ...(['stripe', 'ledger'] as const).flatMap((side) => [
    ...full.sides[side].map(
      (sum) =>
        `    ${side.padEnd(7)} ${String(sum.rows).padStart(9)} rows  ${money(sum.amount, sum.currency).padStart(20)}  fee ${money(sum.fee, sum.currency).padStart(16)}  net ${money(sum.net, sum.currency).padStart(20)}`,
    ),
    ...(Object.keys(full.copy[side]).length === 0
      ? []
      : [`    ${side} dates copied again: ${countsOf(full.copy[side])}`]),
  ]),
  ...full.keys.map(
    ({ key, kind, columns, stripe, ledger }) =>
      `    ! ${key}  ${kind}${columns.length === 0 ? '' : ` in ${columns.join(', ')}`}: Stripe ${money(stripe?.net ?? null, stripe?.currency ?? '')}, ledger ${money(ledger?.net ?? null, ledger?.currency ?? '')}`,
  ),
]

const linesOf = (run: Run): string[] => {
  if (run.summary === null)
    return [
      `Run ${run.id} ${run.status}: ${run.error ? `${run.error.message} (${run.error.code})` : 'no summary'}`,
    ]
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
    ...(run.summary.full === undefined ? [] : fullLines(run.summary.full)),
  ]
}

const POLL_MS = 500

/** The dates as the API wants them; only a full run may leave them out: it looks at all time. */
const datesOf = ({ from, to, full = false }: ReconcileOptions): { from?: string; to?: string } => {
  if (from === undefined && !full)
    throw new TillwatchError('query_invalid', '--from is needed, except with --full')
  if (full)
    return {
      ...(from === undefined ? {} : { from: dateOf(from, '--from') }),
      ...(to === undefined ? {} : { to: dateOf(to, '--to') }),
    }
  const first = dateOf(from ?? '', '--from')
  return { from: first, to: dateOf(to ?? first, '--to') }
}

const run = async (options: ReconcileOptions): Promise<number> => {
  const dates = datesOf(options)
  return withPlatform(options, async (connection) => {
    let result = await callApi<Run>(connection, 'POST', '/reconciliation/runs', {
      ...dates,
      dry_run: options.dryRun ?? false,
      full: options.full ?? false,
    })
    while (result.status === 'pending' || result.status === 'running') {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      result = await callApi<Run>(connection, 'GET', `/reconciliation/runs/${result.id}`)
    }
    print(options, result, linesOf(result))
    if (result.summary === null || result.status === 'failed') return EXIT.couldNot
    // A date can also be unclean without an exception: when Stripe's own balance disagrees with the rows.
    const isUnclean = result.summary.dates.some(({ status }) => status === 'exceptions')
    const { exceptions, full } = result.summary
    const isFinding = isUnclean || exceptions.open > 0 || (full?.differing ?? 0) > 0
    return isFinding ? EXIT.finding : EXIT.done
  })
}

/**
 * `tillwatch reconcile --from DATE --to DATE`: exit 1 when a date in the range is not clean. With `--full` everything stored is
 * compared in ClickHouse, over all time unless dates are given, and any key that differs is a finding.
 */
export const addReconcile = (program: Command, exit: (code: number) => void): void => {
  withCommonOptions(
    program.command('reconcile').description('compare the ledger with Stripe and certify each finished date'),
  )
    .option('--from <date>', 'first business date; needed except with --full')
    .option('--to <date>', 'last business date, included')
    .option('--dry-run', 'change nothing')
    .option('--full', 'compare everything that is stored, over all time')
    .action(async (options: ReconcileOptions) => exit(await run(options)))
}
