import { join } from 'node:path'
import type { Config } from '#core/config.ts'
import { spawnChild } from '#core/engines/child.ts'
import { startClickHouse } from '#core/engines/clickhouse.ts'
import { startPostgres } from '#core/engines/postgres.ts'
import type { Stack } from './stack.ts'
import type { DataFolder, Secrets } from './data-folder.ts'

/** Where the stores answer, and which of them are embedded. */
export interface Stores {
  /** Null when only `tillwatch migrate` knows the owner: the schema is then taken as it is. */
  readonly databaseOwnerUrl: string | null
  readonly databaseUrl: string
  readonly databaseAppPassword: string
  readonly clickhouseUrl: string
  readonly embedded: readonly string[]
}

const asRole = (ownerUrl: string, role: string, password: string): string => {
  const url = new URL(ownerUrl)
  url.username = role
  url.password = password
  return url.href
}

/** Starts PostgreSQL and ClickHouse as children unless the configuration names real ones; `onLoss` hears when a child dies. */
export const startStores = async (
  config: Config,
  folder: DataFolder,
  secrets: Secrets,
  stack: Stack,
): Promise<Stores> => {
  const embedded: string[] = []
  const postgres = async (): Promise<{ owner: string | null; app: string; password: string }> => {
    if (config.DATABASE_URL) {
      const password = decodeURIComponent(new URL(config.DATABASE_URL).password)
      return { owner: config.TILLWATCH_DATABASE_OWNER_URL ?? null, app: config.DATABASE_URL, password }
    }
    const server = await startPostgres({
      dataDir: folder.postgresDir,
      password: { owner: secrets.databaseOwner },
      logFile: join(folder.logsDir, 'postgres.log'),
    })
    stack.onStop('postgres', () => server.stop())
    embedded.push('PostgreSQL')
    return {
      owner: server.ownerUrl,
      app: asRole(server.ownerUrl, 'tillwatch_app', secrets.databaseApp),
      password: secrets.databaseApp,
    }
  }
  const clickhouse = async (): Promise<string> => {
    if (config.CLICKHOUSE_URL) return config.CLICKHOUSE_URL
    const server = await startClickHouse({ dataDir: folder.clickhouseDir, password: secrets.clickhouse })
    stack.onStop('clickhouse', () => server.stop())
    embedded.push('ClickHouse')
    return server.url
  }
  const [database, clickhouseUrl] = await Promise.all([postgres(), clickhouse()])
  return {
    databaseOwnerUrl: database.owner,
    databaseUrl: database.app,
    databaseAppPassword: database.password,
    clickhouseUrl,
    embedded,
  }
}

/** Starts the Stripe sandbox as a child; answers its URL. `clockStart` counts only for a sandbox without objects. */
export const startSandbox = async (
  folder: DataFolder,
  stack: Stack,
  clockStart: Date | undefined,
): Promise<string> => {
  const child = await spawnChild({
    entry: new URL('../../sandbox/main.ts', import.meta.url),
    name: 'Stripe sandbox',
    log: join(folder.logsDir, 'sandbox.log'),
    args: [
      '--data',
      folder.sandboxDir,
      '--port',
      '0',
      ...(clockStart ? ['--clock-start', clockStart.toISOString()] : []),
    ],
    onExit: ({ wanted }) => {
      if (!wanted) stack.fail(new Error('the Stripe sandbox ended; see logs/sandbox.log'))
    },
  })
  stack.onStop('sandbox', () => child.stop())
  return `http://127.0.0.1:${child.port}`
}
