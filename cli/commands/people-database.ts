import { z } from 'zod'
import type { Clock } from '#core/env.ts'
import { readPostmasterFile } from '#core/engines/postgres-takeover.ts'
import { settlePath } from '#core/engines/processes.ts'
import { openDatabase, type Database } from '#core/postgres/db.ts'
import { loadSql } from '#core/postgres/sql.ts'
import { systemClock, systemEnv, systemRandom } from '#core/system-env.ts'
import type { PeopleDeps } from '../../access/people.ts'
import { dataFolder, loadSecrets, makeDataFolder, type DataFolder } from '../start/data-folder.ts'
import { findRunning, type Running } from '../start/folder-lock.ts'
import { startHere } from '../start/start-here.ts'
import { readConfig, type CommonOptions } from './shared.ts'

const listStores = loadSql(import.meta.url, '../sql/store_list.sql')

/** People and the database they are in, and where links to the pages lead. */
export interface PeopleDatabase extends PeopleDeps {
  readonly publicUrl: string
}

/** The clock of what is stored: the sandbox's, which may be another day, as it stands now; else the machine's. */
const clockOf = async (running: Running | undefined): Promise<Clock> => {
  if (!running?.sandboxUrl) return systemClock
  const answer = await fetch(`${running.sandboxUrl}/_sandbox/clock`)
  const { now_ms: nowMs } = z.object({ now_ms: z.number() }).parse(await answer.json())
  return { now: () => new Date(nowMs), isSteady: () => true }
}

const openPeople = async (db: Database, clock: Clock, url: string): Promise<PeopleDatabase> => ({
  db,
  env: systemEnv(clock),
  shop: { stores: await db.rows<{ id: string }>(listStores) },
  publicUrl: url.replace(/\/+$/, ''),
})

/** The database of a platform that runs on the folder; undefined when none does, or it keeps its database elsewhere. */
const embeddedUrl = async (folder: DataFolder): Promise<string | undefined> => {
  const server = await readPostmasterFile(await settlePath(folder.postgresDir))
  if (server === null) return undefined
  const { databaseApp } = await loadSecrets(folder, systemRandom)
  return `postgres://tillwatch_app:${databaseApp}@127.0.0.1:${server.port}/tillwatch`
}

const withOpened = async <T>(url: string, work: (db: Database) => Promise<T>): Promise<T> => {
  const db = openDatabase(url, 2)
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

/**
 * Runs `work` on the database itself, without a log-in: the configured one, or the embedded one of the data folder, whether a platform
 * runs on it or one has to be started for as long as it takes.
 */
export const withPeopleDatabase = async <T>(
  options: CommonOptions,
  work: (people: PeopleDatabase) => Promise<T>,
): Promise<T> => {
  const config = readConfig(options)
  const folder = dataFolder(config.TILLWATCH_DATA)
  const running = await findRunning(folder)
  const url = config.DATABASE_URL ?? (running && (await embeddedUrl(folder)))
  const pages =
    config.TILLWATCH_PUBLIC_URL ??
    options.url ??
    running?.url ??
    `http://${config.TILLWATCH_HOST}:${config.TILLWATCH_PORT}`
  if (url !== undefined)
    return withOpened(url, async (db) => work(await openPeople(db, await clockOf(running), pages)))
  await makeDataFolder(folder)
  const here = await startHere({ config: { ...config, TILLWATCH_PORT: 0 }, folder, services: [] })
  try {
    const { db, env } = here.platform.deps
    return await work({ ...(await openPeople(db, env.clock, pages)), env })
  } finally {
    await here.stop()
  }
}
