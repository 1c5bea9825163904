import { readFile } from 'node:fs/promises'
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os'
import type { Db } from '#core/postgres/db.ts'

/** Where figures come from: without it no two of them can be compared. */
export interface MachineFacts {
  readonly platform: string
  readonly cpu: string
  readonly cores: number
  readonly memory_gb: number
  readonly node: string
  readonly postgres: string
  readonly fsync: string
  readonly synchronous_commit: string
}

/** Facts of this machine and of the server behind `db`. */
export const readMachineFacts = async (db: Db): Promise<MachineFacts> => {
  const settings = await db.rows<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN ('server_version', 'fsync', 'synchronous_commit')`,
  )
  const of = (name: string) => settings.find((row) => row.name === name)?.setting ?? 'unknown'
  return {
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_gb: Math.round(totalmem() / 1024 ** 3),
    node: process.versions.node,
    postgres: of('server_version'),
    fsync: of('fsync'),
    synchronous_commit: of('synchronous_commit'),
  }
}

/** Most memory that a process has had resident, in MB; null where the system does not tell. */
export const peakMemoryMb = async (pid: number): Promise<number | null> => {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kb = /^VmHWM:\s+(\d+) kB/m.exec(text)?.[1]
  return kb === undefined ? null : Math.round(Number(kb) / 1024)
}
