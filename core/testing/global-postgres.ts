import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, readdir, realpath, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { endOrphanedPostgres } from '../engines/postgres-takeover.ts'
import { startPostgres } from '../engines/postgres.ts'
import { isAlive } from '../engines/processes.ts'
import { migratePostgres } from '../postgres/migrate.ts'

/** Where the run's server is; the migrated database `tillwatch` in it is the template of every test's own. */
export type TestPostgres = { ownerUrl: string; appPassword: string }

declare module 'vitest' {
  interface ProvidedContext {
    testPostgres: TestPostgres
  }
}

/** A file system in memory, and what a run with hundreds of databases may need of it. */
const MEMORY = '/dev/shm'
const MEMORY_BYTES = 2 * 1024 ** 3
const FOLDER = /^tillwatch-test-postgres-(\d+)$/

/** Nothing in a test survives its run, so nothing has to reach the disk. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
}

/** Vitest's global set-up of the project `int`: one PostgreSQL per run, migrated once; the answer ends it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await sweepFormerRuns()
  const folder = join(await choosePlace(), `tillwatch-test-postgres-${process.pid}`)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o755 })
  const server = await startPostgres({
    dataDir: join(folder, 'postgres'),
    password: { owner: randomBytes(12).toString('hex') },
    settings: SETTINGS,
  })
  const teardown = async () => {
    await server.stop('immediate')
    await rm(folder, { recursive: true, force: true })
  }
  const appPassword = randomBytes(12).toString('hex')
  await migratePostgres(server.ownerUrl, appPassword).catch(async (error: unknown) => {
    await teardown()
    throw error
  })
  project.provide('testPostgres', { ownerUrl: server.ownerUrl, appPassword })
  return teardown
}

/** Memory when the system has enough of it (a copy of the template takes 20 ms there, 350 ms on a disk), else temporary files. */
async function choosePlace(): Promise<string> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }))
  const usable = bavail * bsize >= MEMORY_BYTES && (await access(MEMORY, constants.W_OK).then(yes, no))
  return usable ? MEMORY : tmpdir()
}

const yes = () => true
const no = () => false

/** Servers and folders of runs that were killed. */
async function sweepFormerRuns(): Promise<void> {
  for (const place of [MEMORY, tmpdir()])
    for (const name of await readdir(place).catch(() => [])) {
      const pid = FOLDER.exec(name)?.[1]
      if (pid === undefined || isAlive(Number(pid))) continue
      const folder = await realpath(join(place, name))
      await endOrphanedPostgres(join(folder, 'postgres'))
      await rm(folder, { recursive: true, force: true })
    }
}
