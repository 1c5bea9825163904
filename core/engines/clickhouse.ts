import { basename, dirname, join } from 'node:path'
import { spawnChild } from './child.ts'
import { PASSWORD_VARIABLE, freeFolder } from './clickhouse-folder.ts'
import { settlePath } from './processes.ts'
import type { Ended } from './processes.ts'

/** Each running query holds a thread of libuv's pool; with the default of 4, file reads stall for seconds. */
const THREAD_POOL_SIZE = '16'
/** The engine's own user name; the child asks for the password only. */
const USER = 'default'

/** A running embedded ClickHouse. */
export type EmbeddedClickHouse = {
  /** For `createClient({ url })` of `@clickhouse/client`; holds user and password. */
  url: string
  port: number
  pid: number
  exited: Promise<Ended>
  stop: (graceMs?: number) => Promise<void>
}

/** What startClickHouse needs. `logFile` is `../logs/clickhouse.log` beside `dataDir` unless given. */
export type ClickHouseOptions = {
  dataDir: string
  password: string
  port?: number
  logFile?: string
  onExit?: (ended: Ended & { wanted: boolean }) => void
}

/**
 * Starts a child process that serves ClickHouse's HTTP interface over the engine in `dataDir` (made when missing) on
 * 127.0.0.1. A child of a killed parent that still has the folder open is waited for or ended first, so the caller must
 * hold the data folder's lock.
 */
export async function startClickHouse(options: ClickHouseOptions): Promise<EmbeddedClickHouse> {
  if (options.password === '') throw new Error('The embedded ClickHouse needs a password.')
  const dataDir = await settlePath(options.dataDir)
  await freeFolder(dataDir)
  const child = await spawnChild({
    entry: new URL('./clickhouse-child.ts', import.meta.url),
    args: [dataDir, String(options.port ?? 0)],
    env: { UV_THREADPOOL_SIZE: THREAD_POOL_SIZE, [PASSWORD_VARIABLE]: options.password },
    name: 'The embedded ClickHouse',
    log: options.logFile ?? join(dirname(dataDir), 'logs', `${basename(dataDir)}.log`),
    ...(options.onExit === undefined ? {} : { onExit: options.onExit }),
  })
  const url = `http://${USER}:${encodeURIComponent(options.password)}@127.0.0.1:${child.port}`
  return { url, port: child.port, pid: child.pid, exited: child.exited, stop: child.stop }
}
