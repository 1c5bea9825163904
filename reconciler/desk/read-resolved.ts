import type { Db } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import type { Finding } from '../domain/classify.ts'

const listResolved = loadSql(import.meta.url, '../sql/exceptions_list_resolved_by_person.sql')

type Figures = Pick<Finding, 'category' | 'object' | 'currency' | 'expected' | 'actual'>

/** What people have decided about exceptions. */
export interface ResolvedByPerson {
  /** True when a person resolved exactly this: other figures are another fact, and open again. */
  covers(finding: Figures): boolean
}

const keyOf = ({ category, object, currency, expected, actual }: Figures): string =>
  JSON.stringify([category, object, currency, expected.toString(), actual.toString()])

/** Reads, in the caller's snapshot, what people resolved: such a row's pairing state is `adjusted`, and no run reopens it. */
export const readResolvedByPerson = async (db: Db): Promise<ResolvedByPerson> => {
  const keys = new Set((await db.rows<Figures>(listResolved)).map(keyOf))
  return { covers: (finding) => keys.has(keyOf(finding)) }
}
