import { datesBetween } from '#core/business-date.ts'
import { toWireAmount } from '#core/money.ts'
import type { Db } from '#core/postgres/db.ts'
import type { FullReport } from '../full/report-full.ts'
import type { Scope } from '../scope.ts'
import type { Issued } from './issue-certificates.ts'
import { readOpenExceptions, type OpenException } from './read-open-exceptions.ts'
import type { Settled } from './settle-rows.ts'
import type { StoredExceptions } from './store-exceptions.ts'

/** What a run found, as it is stored and answered. Amounts are JSON integers of minor units. */
export interface Summary {
  readonly run_id: string
  readonly from: string
  readonly to: string
  readonly dates: readonly {
    readonly date: string
    readonly status: 'clean' | 'exceptions' | 'open'
    readonly certificates: readonly string[]
  }[]
  readonly totals: readonly {
    readonly currency: string
    readonly category: string
    readonly count: number
    readonly amount: number
    readonly fee: number
    readonly net: number
  }[]
  readonly matched: number
  readonly explained: number
  readonly outstanding: { readonly count: number; readonly by_currency: Readonly<Record<string, number>> }
  readonly exceptions: {
    readonly open: number
    readonly opened: number
    readonly healed: number
    readonly by_category: Readonly<Record<string, number>>
    readonly items: readonly {
      readonly category: string
      readonly object: string
      readonly currency: string
      readonly expected: number
      readonly actual: number
      readonly difference: number
      readonly date: string
    }[]
  }
  readonly fee_unchecked: number
  readonly posted: number
  /** Of a full run: what was compared over all time, and what differed. */
  readonly full?: FullReport
}

const totalsOf = (settled: Settled, scope: Scope): Summary['totals'] => {
  const sums = new Map<
    string,
    { currency: string; category: string; count: number; amount: bigint; fee: bigint; net: bigint }
  >()
  for (const { row } of settled.decisions) {
    if (row.businessDate < scope.run.from || row.businessDate > scope.to) continue
    const key = JSON.stringify([row.currency, row.category])
    const sum = sums.get(key) ?? {
      currency: row.currency,
      category: row.category,
      count: 0,
      amount: 0n,
      fee: 0n,
      net: 0n,
    }
    sum.count += 1
    sum.amount += row.amount
    sum.fee += row.fee
    sum.net += row.net
    sums.set(key, sum)
  }
  return [...sums]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, sum]) => ({
      ...sum,
      amount: toWireAmount(sum.amount),
      fee: toWireAmount(sum.fee),
      net: toWireAmount(sum.net),
    }))
}

const countBy = <T>(items: readonly T[], nameOf: (item: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1
  return counts
}

const datesOf = (scope: Scope, issued: Issued, open: readonly OpenException[]): Summary['dates'] => {
  const dirty = new Set(open.map(({ business_date }) => business_date))
  for (const { date, clean } of issued.standing) if (!clean) dirty.add(date)
  return datesBetween(scope.run.from, scope.to).map((date) => ({
    date,
    status: date > scope.lastFinished ? 'open' : dirty.has(date) ? 'exceptions' : 'clean',
    certificates: scope.run.dryRun
      ? []
      : issued.standing.filter((certificate) => certificate.date === date).map(({ id }) => id),
  }))
}

/** The summary of a run, read before its commit. Exceptions listed are the open ones of its dates. */
export const summarise = async (
  db: Db,
  scope: Scope,
  settled: Settled,
  exceptions: StoredExceptions,
  issued: Issued,
): Promise<Summary> => {
  const all = await readOpenExceptions(db)
  const open = all.filter(
    ({ business_date: date }) =>
      (date >= scope.run.from && date <= scope.to) || exceptions.touchedDates.has(date),
  )
  const inRange = settled.decisions.filter(
    ({ row }) => row.businessDate >= scope.run.from && row.businessDate <= scope.to,
  )
  const outstanding = settled.open.filter(({ businessDate }) => businessDate <= scope.to)
  return {
    run_id: scope.run.id,
    from: scope.run.from,
    to: scope.to,
    dates: datesOf(scope, issued, open),
    totals: totalsOf(settled, scope),
    matched: inRange.filter(({ state }) => state === 'matched').length,
    explained: inRange.filter(({ state }) => state === 'explained').length,
    outstanding: {
      count: outstanding.length,
      by_currency: countBy(outstanding, ({ currency }) => currency),
    },
    exceptions: {
      open: open.length,
      opened: exceptions.opened,
      healed: exceptions.healed,
      by_category: countBy(open, ({ category }) => category),
      items: open.map((item) => ({
        category: item.category,
        object: item.object,
        currency: item.currency,
        expected: toWireAmount(item.expected),
        actual: toWireAmount(item.actual),
        difference: toWireAmount(item.difference),
        date: item.business_date,
      })),
    },
    fee_unchecked: inRange.filter(({ feeUnchecked }) => feeUnchecked).length,
    posted: settled.posted,
    ...(scope.full === undefined ? {} : { full: scope.full }),
  }
}
