import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'

const setState = loadSql(import.meta.url, '../sql/pairings_set_desk_state.sql')

/** Restates the live pairings of those `objects` that are rows: `adjusted` while a person's resolution stands. */
export const setPairingState = async (
  db: Db,
  objects: readonly string[],
  state: 'adjusted' | 'exception',
): Promise<void> => {
  const rows = objects.filter((object) => object.startsWith('txn_'))
  if (rows.length > 0) await db.run(setState, [rows, state])
}
