import { execFile } from 'node:child_process'
import { access, writeFile } from 'node:fs/promises'
import { constants } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { CouldNot } from './could-not.ts'

const run = promisify(execFile)

/** Where Debian keeps it besides PATH. */
const PLACES = ['/usr/lib/postgresql/18/bin', '/usr/lib/postgresql/17/bin', '/usr/lib/postgresql/15/bin']

/** The program, or `CouldNot` with what to install. */
export const findPgbench = async (): Promise<string> => {
  for (const folder of [...(process.env['PATH'] ?? '').split(':'), ...PLACES]) {
    const file = join(folder, 'pgbench')
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return file
  }
  throw new CouldNot('pgbench is missing: install postgresql-contrib (Debian), or put it on PATH')
}

const TABLE = `CREATE TABLE IF NOT EXISTS bench_row (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, amount bigint NOT NULL, at timestamptz NOT NULL)`
const SCRIPT = `\\set amount random(1, 100000)
INSERT INTO bench_row (name, amount, at) VALUES ('payment', :amount, '2026-03-01T09:00:00Z');
`

const numberAfter = (pattern: RegExp, text: string): number => {
  const found = pattern.exec(text)?.[1]
  if (found === undefined) throw new CouldNot(`pgbench says nothing of ${pattern.source}:\n${text}`)
  return Number(found)
}

/** How long pgbench works: for a time, or until each client has committed so many rows. */
export type PgbenchSpan = { readonly seconds: number } | { readonly rowsPerClient: number }

/** Prepares `ownerUrl` for pgbench; answers what runs it once: rows committed per second, one row each. */
export const preparePgbench = async (
  ownerUrl: string,
  folder: string,
  clients: number,
): Promise<(span: PgbenchSpan) => Promise<{ per_second: number; mean_ms: number }>> => {
  const program = await findPgbench()
  const script = join(folder, 'one-row.pgbench')
  await writeFile(script, SCRIPT)
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  await client.query(TABLE).finally(async () => client.end())
  return async (span) => {
    const until = 'seconds' in span ? ['-T', `${span.seconds}`] : ['-t', `${span.rowsPerClient}`]
    const options = ['-n', '-f', script, '-c', `${clients}`, '-j', '2', '-M', 'prepared', ...until]
    const { stdout } = await run(program, [...options, ownerUrl], { env: { ...process.env, LC_ALL: 'C' } })
    return {
      per_second: numberAfter(/^tps = ([\d.]+)/m, stdout),
      mean_ms: numberAfter(/^latency average = ([\d.]+)/m, stdout),
    }
  }
}
