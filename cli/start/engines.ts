import { join } from 'node:path'
import type { Config } from '#core/config.ts'
import { spawnChild } from '#core/engines/child.ts'
import { startClickHouse } from '#core/engines/clickhouse.ts'
import { startPostgres } from '#core/engines/postgres.ts'
import { systemMachine } from '#core/system-env.ts'
import type { Logger } from '#core/log.ts'
import type { Stack } from './stack.ts'
import { supervise } from './supervise.ts'
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

/** What holds the children: the stack that stops them and the log that hears of their deaths. */
export interface Keeping {
  readonly stack: Stack
  readonly log: Logger
}

const asRole = (ownerUrl: string, role: string, password: string): string => {
  const url = new URL(ownerUrl)
  url.username = role
  url.password = password
  return url.href
}

/** Starts PostgreSQL and ClickHouse as supervised children unless the configuration names real ones. */
export const startStores = async (
  config: Config,
  folder: DataFolder,
  secrets: Secrets,
  { stack, log }: Keeping,
): Promise<Stores> => {
  const embedded: string[] = []
  const postgres = async (): Promise<{ owner: string | null; app: string; password: string }> => {
    if (config.DATABASE_URL) {
      const password = decodeURIComponent(new URL(config.DATABASE_URL).password)
      return { owner: config.TILLWATCH_DATABASE_OWNER_URL ?? null, app: config.DATABASE_URL, password }
    }
    const server = await supervise({ name: 'PostgreSQL', stack, log, machine: systemMachine }, (port) =>
      startPostgres({
        dataDir: folder.postgresDir,
        password: { owner: secrets.databaseOwner },
        logFile: join(folder.logsDir, 'postgres.log'),
        ...(port === undefined ? {} : { port }),
      }),
    )
    embedded.push('PostgreSQL')
    return {
      owner: server.ownerUrl,
      app: asRole(server.ownerUrl, 'tillwatch_app', secrets.databaseApp),
      password: secrets.databaseApp,
    }
  }
  const clickhouse = async (): Promise<string> => {
    if (config.CLICKHOUSE_URL) return config.CLICKHOUSE_URL
    const server = await supervise({ name: 'ClickHouse', stack, log, machine: systemMachine }, (port) =>
      startClickHouse({
        dataDir: folder.clickhouseDir,
        password: secrets.clickhouse,
        ...(port === undefined ? {} : { port }),
      }),
    )
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

/** Where the sandbox answers, and where it takes mail. */
export interface SandboxUrls {
  readonly url: string
  readonly smtpUrl: string
}

/**
 * Starts the Stripe sandbox as a supervised child; answers its URLs. `clockStart` counts only for one without objects;
 * `doubts` is JSON of its switches. Started again, it takes mail on the same port as before.
 */
export const startSandbox = async (
  folder: DataFolder,
  { stack, log }: Keeping,
  clockStart: Date | undefined,
  doubts: string | undefined,
): Promise<SandboxUrls> => {
  const begin = [
    ...(clockStart ? ['--clock-start', clockStart.toISOString()] : []),
    ...(doubts === undefined ? [] : ['--doubts', doubts]),
  ]
  let smtpPort = 0
  const child = await supervise(
    { name: 'Stripe sandbox', stack, log, machine: systemMachine },
    async (port = 0) => {
      const started = await spawnChild({
        entry: new URL('../../sandbox/main.ts', import.meta.url),
        name: 'Stripe sandbox',
        log: join(folder.logsDir, 'sandbox.log'),
        args: [
          ...['--data', folder.sandboxDir, '--port', String(port), '--smtp-port', String(smtpPort)],
          ...begin,
        ],
      })
      smtpPort = started.ports['smtpPort'] ?? 0
      return started
    },
  )
  return { url: `http://127.0.0.1:${child.port}`, smtpUrl: `smtp://127.0.0.1:${smtpPort}` }
}
