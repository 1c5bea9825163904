import { addDays, businessDateOf, endOfBusinessDate } from '#core/business-date.ts'
import type { Deps } from '#core/service.ts'
import { readActivity, readLastCertified, type Run, type Scope } from '../scope.ts'
import { compareFull } from './compare-full.ts'
import type { Dates } from './sides.ts'

/** All time when the run's dates hold everything that the shop ever did: a row with a date that cannot be is then found too. */
const datesOf = ({ from, to }: Run, firstDate: string | null, today: string): Dates | null =>
  firstDate === null || (from <= firstDate && to >= addDays(today, -1)) ? null : { from, to }

/**
 * Compares both sides and answers what the ordinary path has to look at: the keys that differ, and no date of its own. Stripe is
 * asked for those alone; a list of all time would take hours. No date gets its first certificate by it.
 */
export const readFullScope = async (
  deps: Pick<Deps, 'db' | 'clickhouse' | 'env' | 'shop' | 'log'>,
  run: Run,
  signal: AbortSignal,
): Promise<Scope> => {
  const { zone } = deps.shop.account
  const now = deps.env.clock.now()
  const today = businessDateOf(now, zone)
  const { first_date: firstDate } = await readActivity(deps.db)
  const dates = datesOf(run, firstDate, today)
  const { report, besides } = await compareFull(deps, dates, { recompute: true, signal })
  const after = endOfBusinessDate(run.to, zone)
  return {
    run,
    from: addDays(run.to, 1),
    to: run.to,
    firstDate,
    lastFinished: await readLastCertified(deps.db, today),
    balanceDate: null,
    startAt: after,
    endAt: after,
    zone,
    now,
    besides,
    full: report,
  }
}
