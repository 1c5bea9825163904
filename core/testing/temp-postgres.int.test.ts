import pg from 'pg'
import { expect, test } from 'vitest'
import { createTempDatabase } from './temp-postgres.ts'

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

test('gives every caller a migrated database of its own, as owner and as the services see it', async () => {
  const [one, other] = await Promise.all([createTempDatabase(), createTempDatabase()])
  await ask(one.ownerUrl, 'CREATE TABLE only_here (a int)')
  const names = "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public' AND tablename = "
  expect(await ask(other.ownerUrl, `${names} 'only_here'`)).toEqual([{ n: 0 }])
  expect(await ask(other.ownerUrl, `${names} 'schema_migrations'`)).toEqual([{ n: 1 }])
  expect(await ask(other.appUrl, 'SELECT current_user AS role')).toEqual([{ role: 'tillwatch_app' }])
  await Promise.all([one.drop(), other.drop()])
  await expect(ask(one.ownerUrl, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' })
})
