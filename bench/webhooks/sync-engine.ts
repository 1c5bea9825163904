import { createRequire } from 'node:module'
import pg from 'pg'
import type { runMigrations } from '@supabase/stripe-sync-engine'
import { CouldNot } from '../lib/could-not.ts'

type Engine = { runMigrations: typeof runMigrations }

/** Its ES module looks for the migrations in the wrong folder and says nothing; the CommonJS build finds them. */
const engine = createRequire(import.meta.url)('@supabase/stripe-sync-engine') as Engine

const query = async <Row extends object>(ownerUrl: string, sql: string): Promise<Row | undefined> => {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  const found = await client.query<Row>(sql).finally(async () => client.end())
  return found.rows[0]
}

/** A column of one of its last migrations. */
const IS_COMPLETE = `SELECT 1 FROM information_schema.columns
  WHERE table_schema = 'stripe' AND table_name = 'charges' AND column_name = 'last_synced_at'`

/**
 * Brings the peer's tables into a database of its own. Throws `CouldNot` unless they are really there: its migrations keep
 * their failures to themselves.
 */
export const migrateSyncEngine = async (ownerUrl: string): Promise<void> => {
  // Its migrations give their tables to the role that a server of Supabase's always has.
  await query(ownerUrl, 'CREATE ROLE postgres')
  await engine.runMigrations({ databaseUrl: ownerUrl, schema: 'stripe' })
  if (!(await query(ownerUrl, IS_COMPLETE))) throw new CouldNot('stripe-sync-engine has not made its tables')
}

/** Rows that the peer has stored. */
export const countSynced = async (ownerUrl: string): Promise<number> =>
  Number((await query<{ count: string }>(ownerUrl, 'SELECT count(*) FROM stripe.charges'))?.count)
