import type { Quietness } from '#core/clock-follower.ts'
import type { Database } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Env } from '#core/env.ts'
import type { Service } from '#core/service.ts'

const activityMarks = loadSql(import.meta.url, '../sql/activity_read_marks.sql')

/** The sandbox drops a follower that has not polled for 5 s, so we answer well before. */
const ANSWER_WITHIN_MS = 2_500
/** Longer than a local statement, shorter than anybody notices. */
const LOOK_AGAIN_MS = 4

/** Pieces of work open in all services together. */
export const countOpen = async (services: readonly Service[]): Promise<number> => {
  const counts = await Promise.all(services.map(async (service) => service.open()))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The earliest instant after `now` at which something is due in any service. */
export const earliestDue = async (services: readonly Service[], now: Date): Promise<Date | null> => {
  const dues = await Promise.all(services.map(async (service) => service.nextDue(now)))
  const times = dues.flatMap((due) => (due === null ? [] : [due.getTime()]))
  return times.length === 0 ? null : new Date(Math.min(...times))
}

/**
 * Answers whether time may jump: waits until nothing is open (at most 2.5 s), then says what marks the work left behind
 * and when something is due next.
 */
export const askQuietness = async (
  env: Env,
  db: Database,
  services: readonly Service[],
  countCalls: () => number,
): Promise<Quietness> => {
  const deadline = env.machine.nowMs() + ANSWER_WITHIN_MS
  let open = await countOpen(services)
  while (open > 0 && env.machine.nowMs() < deadline) {
    await env.machine.sleep(LOOK_AGAIN_MS)
    open = await countOpen(services)
  }
  const [nextDue, marks] = await Promise.all([
    earliestDue(services, env.clock.now()),
    db.first<{ marks: string }>(activityMarks),
  ])
  return { quiet: open === 0, activity: `${countCalls()}:${marks?.marks ?? ''}`, nextDue }
}
