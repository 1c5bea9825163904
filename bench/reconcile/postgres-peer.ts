import { randomBytes } from 'node:crypto'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { startPostgres } from '#core/engines/postgres.ts'
import { peakMemoryMb } from '../lib/machine-facts.ts'
import { FULL_JOIN, tableDdl, type PeerRow } from './peer-join.ts'

/** Tuned for one big join on a small machine; nothing of it has to survive. */
const SETTINGS = {
  shared_buffers: '1GB',
  work_mem: '2GB',
  maintenance_work_mem: '1GB',
  max_parallel_workers_per_gather: '2',
  max_wal_size: '8GB',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  jit: 'off',
  autovacuum: 'off',
}

/** A PostgreSQL with both sides in unlogged tables, analysed. */
export interface PostgresPeer {
  join(): Promise<{ seconds: number; rows: readonly PeerRow[] }>
  /** Of the session that joins; its parallel workers are not in it. */
  memoryMb(): Promise<number | null>
  close(): Promise<void>
}

/** Starts one below `folder` and loads the CSV files of the two sides. */
export const loadPostgres = async (
  folder: string,
  files: { readonly stripe: string; readonly ledger: string },
): Promise<PostgresPeer> => {
  const password = { owner: randomBytes(12).toString('hex') }
  const server = await startPostgres({ dataDir: join(folder, 'peer'), password, settings: SETTINGS })
  const client = new pg.Client({ connectionString: server.ownerUrl })
  await client.connect()
  for (const side of ['stripe', 'ledger'] as const) {
    await chmod(files[side], 0o644)
    await client.query(tableDdl(side, 'UNLOGGED'))
    await client.query(`COPY ${side} FROM '${files[side]}' WITH (FORMAT csv)`)
    await client.query(`VACUUM ANALYZE ${side}`)
  }
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  return {
    join: async () => {
      const startedMs = performance.now()
      const result = await client.query<PeerRow>(FULL_JOIN)
      return { seconds: (performance.now() - startedMs) / 1000, rows: result.rows }
    },
    memoryMb: async () => peakMemoryMb(rows[0]?.pid ?? 0),
    close: async () => {
      await client.end()
      await server.stop()
    },
  }
}
