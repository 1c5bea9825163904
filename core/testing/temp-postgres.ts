import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type {} from './global-postgres.ts'

/** A migrated, empty database of a test file's own. */
export type TempDatabase = {
  /** As `tillwatch_owner`. */
  ownerUrl: string
  /** As `tillwatch_app`, what the services are. */
  appUrl: string
  drop: () => Promise<void>
}

/** Two copies of a template at the same moment would disturb each other's check that nobody is connected to it. */
const COPY_LOCK = 7_305_001

/**
 * Copies the run's migrated template (some 20 ms in memory). Call in `beforeAll` of an `*.int.test.ts`, `drop` in `afterAll`; `drop`
 * ends connections that the test left open.
 */
export async function createTempDatabase(): Promise<TempDatabase> {
  const { ownerUrl, appPassword } = inject('testPostgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(ownerUrl, [
    `SELECT pg_advisory_lock(${COPY_LOCK})`,
    `CREATE DATABASE ${name} TEMPLATE tillwatch STRATEGY file_copy`,
  ])
  const own = new URL(ownerUrl)
  own.pathname = `/${name}`
  const app = new URL(own)
  app.username = 'tillwatch_app'
  app.password = appPassword
  const drop = () => onServer(ownerUrl, [`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`])
  return { ownerUrl: own.href, appUrl: app.href, drop }
}

async function onServer(ownerUrl: string, statements: readonly string[]): Promise<void> {
  const url = new URL(ownerUrl)
  url.pathname = '/postgres'
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
