import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '#core/engines/postgres.ts'
import { migratePostgres } from '#core/postgres/migrate.ts'

/** The embedded PostgreSQL of one bench, durable as in production, in a temporary folder. */
export interface BenchStores {
  readonly folder: string
  /** The migrated database, as the services' role. */
  readonly appUrl: string
  readonly ownerUrl: string
  /** Adds an empty database; answers the owner's URL to it. */
  createDatabase(name: string): Promise<string>
  close(): Promise<void>
}

const withDatabase = (ownerUrl: string, name: string): string => {
  const url = new URL(ownerUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Starts the server and migrates its database `tillwatch`. */
export const openStores = async (): Promise<BenchStores> => {
  const folder = await mkdtemp(join(tmpdir(), 'tillwatch-bench-'))
  // PostgreSQL runs as another account when we are root.
  await chmod(folder, 0o755)
  const password = { owner: randomBytes(12).toString('hex') }
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), password }).catch(
    async (error: unknown) => {
      await rm(folder, { recursive: true, force: true })
      throw error
    },
  )
  const close = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const appPassword = randomBytes(12).toString('hex')
  await migratePostgres(server.ownerUrl, appPassword).catch(async (error: unknown) => {
    await close()
    throw error
  })
  const app = new URL(server.ownerUrl)
  app.username = 'tillwatch_app'
  app.password = appPassword
  return {
    folder,
    appUrl: app.href,
    ownerUrl: server.ownerUrl,
    createDatabase: async (name) => {
      const client = new pg.Client({ connectionString: server.ownerUrl })
      await client.connect()
      await client.query(`CREATE DATABASE ${name}`).finally(async () => client.end())
      return withDatabase(server.ownerUrl, name)
    },
    close,
  }
}
