import { schedule } from 'node-cron'
import type { Clock } from '#core/env.ts'
import type { DueAsker } from './clock.ts'

/**
 * Asks for due work every ten seconds of UTC. The tick knows nothing: what is due stands in Postgres, so a missed tick or
 * a changed clock loses nothing (architecture §1.9).
 */
export const startDueTick = (clock: Clock, due: DueAsker): { stop(): Promise<void> } => {
  const task = schedule('*/10 * * * * *', () => due.ask(clock.now()), { timezone: 'UTC', noOverlap: true })
  return {
    stop: async () => {
      await task.destroy()
    },
  }
}
