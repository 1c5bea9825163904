import { fileURLToPath } from 'node:url'
import { runMigrations as migrateQueue } from 'bullmq'
import { runner } from 'node-pg-migrate'
import pg from 'pg'

/** The role that the services use: it may insert into ledger and audit, never update or delete there. */
export const APP_ROLE = 'tillwatch_app'

/** BullMQ's own tables; it brings its migrations itself. */
export const QUEUE_SCHEMA = 'bullmq'

/** CREATE, because BullMQ makes a sequence for the job ids of each queue with its first job. */
const grantQueue = `GRANT USAGE, CREATE ON SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE};
  GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${QUEUE_SCHEMA} TO ${APP_ROLE}`

const migrationsDir = fileURLToPath(new URL('./migrations', import.meta.url))

const ensureAppRole = async (client: pg.Client, password: string): Promise<void> => {
  const known = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [APP_ROLE])
  const verb = known.rowCount ? 'ALTER' : 'CREATE'
  await client.query(`${verb} ROLE ${APP_ROLE} LOGIN PASSWORD ${client.escapeLiteral(password)}`)
}

/**
 * Brings the schema to the newest version as its owner and sets the services' role and password. Safe to run from many
 * processes at once (advisory lock); refuses when an applied migration is missing or out of order.
 */
export const migratePostgres = async (ownerUrl: string, appPassword: string): Promise<void> => {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await ensureAppRole(client, appPassword)
    await runner({
      dbClient: client,
      dir: migrationsDir,
      migrationsTable: 'schema_migrations',
      direction: 'up',
      checkOrder: true,
      advisoryLockMode: 'wait',
      singleTransaction: true,
      log: () => undefined,
    })
    await migrateQueue(client, QUEUE_SCHEMA)
    await client.query(grantQueue)
  } finally {
    await client.end()
  }
}
