import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** Where the embedded Postgres of a data folder is, for its owner, while it runs. */
export const ownerUrlOf = async (data: string): Promise<string> => {
  const secrets = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as { databaseOwner: string }
  const port = (await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3] ?? ''
  return `postgresql://tillwatch_owner:${encodeURIComponent(secrets.databaseOwner)}@127.0.0.1:${port}/tillwatch`
}

/** A connection to the embedded Postgres of a data folder, as its owner. It outlives a platform that only stands still. */
export const connectAsOwner = async (data: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: await ownerUrlOf(data) })
  // A server that is killed with its platform ends the connection: that is what a storm is for.
  client.on('error', () => undefined)
  await client.connect()
  return client
}
