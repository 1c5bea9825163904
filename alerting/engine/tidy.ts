import { loadSql } from '#core/postgres/sql.ts'
import type { Engine } from './engine.ts'

const deleteOld = loadSql(import.meta.url, 'sql/evaluations_delete_old.sql')

/** How long evaluations are kept (migration 0024). */
const KEEP_MS = 7 * 86_400_000
/** How often somebody looks for old ones, in machine time, and how many go at once: about a day of them. */
const LOOK_EVERY_MS = 600_000
const BATCH = 20_000

/** Deletes evaluations older than a week, now and then. */
export const tidy = async ({ deps, memory }: Engine, at: Date): Promise<void> => {
  const nowMs = deps.env.machine.nowMs()
  if (nowMs - memory.tidiedMs < LOOK_EVERY_MS) return
  memory.tidiedMs = nowMs
  await deps.db.run(deleteOld, [new Date(at.getTime() - KEEP_MS), BATCH])
}
