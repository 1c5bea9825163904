import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** One statement from a `.sql` file, with a name that Postgres uses to keep its plan. */
export interface Sql {
  readonly name: string
  readonly text: string
}

/** Reads a statement once at import, so that a missing file stops the start. `path` is relative to `base` (import.meta.url). */
export const loadSql = (base: string, path: string): Sql => {
  const url = new URL(path, base)
  const name = fileURLToPath(url).split('/').slice(-1)[0] ?? path
  return { name: name.replace(/\.sql$/, ''), text: readFileSync(url, 'utf8') }
}
