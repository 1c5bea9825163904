import { businessDateOf, addDays, datesBetween, endOfBusinessDate } from '#core/business-date.ts'
import { newId } from '#core/ids.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'
import { readActivity } from './scope.ts'

const insertNightly = loadSql(import.meta.url, 'sql/runs_insert_nightly.sql')

/** Asks for the nightly run of each finished date, once, whoever and however many ask (architecture §5). */
export interface NightlySchedule {
  enqueueDue(now: Date): Promise<void>
  nextDue(now: Date): Promise<Date | null>
}

/** The schedule of `deps.shop`: a date's run is due `nightly_after_s` after its end in the account's zone. */
export const createNightlySchedule = (
  deps: Pick<Deps, 'db' | 'env' | 'shop' | 'wakeups'>,
): NightlySchedule => {
  const { zone } = deps.shop.account
  const afterMs = deps.shop.nightly_after_s * 1000
  /** First date whose run was not asked for when last looked; spares the database between two nights. */
  let nextDate: string | null = null
  const dueAt = (date: string) => new Date(endOfBusinessDate(date, zone).getTime() + afterMs)

  const readNextDate = async (): Promise<string | null> => {
    const { first_date: first, last_nightly: last } = await readActivity(deps.db)
    if (first === null) return null
    return last === null || last < first ? first : addDays(last, 1)
  }

  const enqueueDue = async (now: Date): Promise<void> => {
    if (nextDate !== null && dueAt(nextDate) > now) return
    nextDate = await readNextDate()
    if (nextDate === null) return
    const lastDue = addDays(businessDateOf(new Date(now.getTime() - afterMs), zone), -1)
    const dates = datesBetween(nextDate, lastDue)
    if (dates.length === 0) return
    const ids = dates.map(() => newId(deps.env, 'run'))
    const asked = await deps.db.run(insertNightly, [ids, dates, deps.env.clock.now()])
    nextDate = addDays(lastDue, 1)
    if (asked > 0) deps.wakeups.wake('reconcile')
  }

  return {
    enqueueDue,
    nextDue: async (now) => {
      nextDate ??= await readNextDate()
      if (nextDate === null) return null
      const due = dueAt(nextDate)
      return due > now ? due : new Date(now.getTime() + 1)
    },
  }
}
