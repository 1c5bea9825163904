import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Deps } from '#core/service.ts'

const listPages = loadSql(import.meta.url, '../sql/reconciliation_pages_list.sql')
const insertPage = loadSql(import.meta.url, '../sql/reconciliation_page_insert.sql')
const deletePages = loadSql(import.meta.url, '../sql/reconciliation_pages_delete.sql')

/** A page older than this is read again: a run's picture of one list is never older than a slow reader's would be. */
export const STAGED_FOR_MS = 900_000
/** Beyond so many pages of one run a killed run reads again what it had not staged; it bounds the table. */
const PAGES_MAX = 1_000

/** What a run has read of one list before it was killed. */
export interface Kept<Thing> {
  readonly objects: readonly Thing[]
  readonly cursor: string
  readonly pages: number
}

/** Where a run keeps the pages it has read, so that one that takes it up goes on after the last (reliability.md P13). */
export interface Stage {
  kept<Thing>(list: string): Promise<Kept<Thing> | undefined>
  keep(list: string, position: number, cursor: string, objects: readonly unknown[]): Promise<void>
  /** Forgets one list: its pages are no longer what Stripe shows. */
  drop(list: string): Promise<void>
}

/** Keeps nothing; for what is read in one or two pages and never taken up again. */
export const NO_STAGE: Stage = {
  kept: async () => undefined,
  keep: async () => undefined,
  drop: async () => undefined,
}

/** Forgets every page that a run staged: it ended, or will not be taken up again. */
export const forgetPages = async (db: Db, runId: string): Promise<void> => {
  await db.run(deletePages, [runId, null])
}

interface PageRow {
  readonly list: string
  readonly position: number
  readonly cursor: string
  readonly objects: string
  readonly read_at: Date
}

/** A list counts as kept while its first page is young enough; any older one is read from its start again. */
const groupFresh = (rows: readonly PageRow[], now: Date): Map<string, PageRow[]> => {
  const lists = new Map<string, PageRow[]>()
  for (const row of rows) lists.set(row.list, [...(lists.get(row.list) ?? []), row])
  for (const [list, [first]] of lists)
    if (first && now.getTime() - first.read_at.getTime() > STAGED_FOR_MS) lists.delete(list)
  return lists
}

/** The stage of a run. Only the holder of the reconciler's lock writes it. */
export const createStage = (deps: Pick<Deps, 'db' | 'env'>, runId: string): Stage => {
  const { db, env } = deps
  let loaded: Promise<Map<string, PageRow[]>> | undefined
  let count = 0
  const load = async () => {
    const rows = await db.rows<PageRow>(listPages, [runId])
    const lists = groupFresh(rows, env.clock.now())
    // What is too old makes room: its pages are staged anew.
    for (const list of new Set(rows.map((row) => row.list)))
      if (!lists.has(list)) await db.run(deletePages, [runId, list])
    count = [...lists.values()].flat().length
    return lists
  }
  return {
    kept: async <Thing>(list: string): Promise<Kept<Thing> | undefined> => {
      loaded ??= load()
      const pages = (await loaded).get(list)
      const last = pages?.at(-1)
      if (!pages || !last) return undefined
      const objects = pages.flatMap((page) => JSON.parse(page.objects) as Thing[])
      return { objects, cursor: last.cursor, pages: pages.length }
    },
    keep: async (list, position, cursor, objects) => {
      if (count >= PAGES_MAX) return
      count += 1
      await db.run(insertPage, [runId, list, position, cursor, JSON.stringify(objects), env.clock.now()])
    },
    drop: async (list) => {
      loaded ??= load()
      ;(await loaded).delete(list)
      await db.run(deletePages, [runId, list])
    },
  }
}
