import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { endProcess, isAlive, wasStartedWith } from './processes.ts'

/** What a server says about itself in `postmaster.pid` (PostgreSQL source, `miscadmin.h`, LOCK_FILE_LINE_*). */
export type PostmasterFile = { pid: number; port: number; status: string }

/** Reads `postmaster.pid`; null when there is none or it is not yet written. */
export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | null> {
  let text: string
  try {
    text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8')
  } catch {
    return null
  }
  const lines = text.split('\n')
  const pid = Number(lines[0])
  // A standalone backend writes its pid negated.
  if (!Number.isInteger(pid) || pid === 0) return null
  return { pid: Math.abs(pid), port: Number(lines[3]), status: (lines[7] ?? '').trim() }
}

/**
 * Ends a server that outlived its parent on this folder: fast first, then immediate (the log replays on the next start).
 * A pid file whose process is gone, or is by now some other program, is removed. `dataDir` is the path as the server got it
 * (settlePath). The caller must hold the lock of the data folder: a server in use by a living Tillwatch would be ended too.
 * Throws when the server cannot be ended.
 */
export async function endOrphanedPostgres(dataDir: string): Promise<'none' | 'stale' | 'ended'> {
  const file = await readPostmasterFile(dataDir)
  if (file === null) return 'none'
  const pidFile = join(dataDir, 'postmaster.pid')
  if (!isAlive(file.pid) || !(await wasStartedWith(file.pid, dataDir))) {
    await rm(pidFile, { force: true })
    return 'stale'
  }
  const ended = await endProcess(file.pid, [
    { signal: 'SIGINT', withinMs: 5_000 },
    { signal: 'SIGQUIT', withinMs: 5_000 },
  ])
  if (!ended)
    throw new Error(`A PostgreSQL of a former run (pid ${file.pid}) holds ${dataDir} and cannot be ended.`)
  await rm(pidFile, { force: true })
  return 'ended'
}
