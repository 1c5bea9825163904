import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { endProcess, isAlive, wasStartedWith } from './processes.ts'

/** Name of the variable that hands the password to the child. */
export const PASSWORD_VARIABLE = 'TILLWATCH_CLICKHOUSE_PASSWORD'

/** A child ends by itself when its parent is gone, and the same way on SIGTERM: after the queries it still runs. */
const ENDING = [
  { signal: 'SIGTERM', withinMs: 8_000 },
  { signal: 'SIGKILL', withinMs: 5_000 },
] as const

/** Where the process that has the folder open leaves its pid. */
export function pidFileOf(dataDir: string): string {
  return join(dataDir, 'tillwatch-engine.pid')
}

/**
 * Makes the folder when missing and sees to it that nobody has it open: ends a child that outlived its parent. The caller must hold the data folder's lock. Throws when that process cannot be ended.
 */
export async function freeFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const pid = Number(await readFile(pidFileOf(dataDir), 'utf8').catch(() => ''))
  if (Number.isInteger(pid) && pid > 0 && isAlive(pid) && (await wasStartedWith(pid, dataDir))) {
    if (!(await endProcess(pid, ENDING)))
      throw new Error(`A ClickHouse of a former run (pid ${pid}) holds ${dataDir} and cannot be ended.`)
  }
  await rm(pidFileOf(dataDir), { force: true })
}
