// A process of its own that holds a DuckDB, so that its memory can be told. Asked once to load, then to join.
import { performance } from 'node:perf_hooks'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import { FULL_JOIN, tableDdl, type PeerRow } from './peer-join.ts'

export type DuckOrder =
  | { readonly load: { readonly database: string; readonly stripe: string; readonly ledger: string } }
  | { readonly join: true }
export type DuckAnswer = { readonly seconds: number; readonly rows: readonly PeerRow[] }

let connection: DuckDBConnection | undefined

const load = async (files: { database: string; stripe: string; ledger: string }): Promise<void> => {
  const instance = await DuckDBInstance.create(files.database, { threads: '2', memory_limit: '8GB' })
  connection = await instance.connect()
  for (const side of ['stripe', 'ledger'] as const) {
    await connection.run(tableDdl(side))
    await connection.run(`INSERT INTO ${side} SELECT * FROM read_parquet('${files[side]}')`)
  }
}

const join = async (): Promise<readonly PeerRow[]> => {
  const reader = await connection?.runAndReadAll(FULL_JOIN)
  return (reader?.getRowObjects() ?? []).map((row) => ({
    key: String(row['key']),
    kind: String(row['kind']),
    columns: String(row['columns']),
  }))
}

const answer = async (order: DuckOrder): Promise<DuckAnswer> => {
  const startedMs = performance.now()
  const rows = 'load' in order ? (await load(order.load), []) : await join()
  return { seconds: (performance.now() - startedMs) / 1000, rows }
}

process.on('message', (order: DuckOrder) => {
  answer(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))
process.send?.({ type: 'ready' })
