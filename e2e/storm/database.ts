import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** A connection to the embedded Postgres of a data folder, as its owner. It outlives a platform that only stands still. */
export const connectAsOwner = async (data: string): Promise<pg.Client> => {
  const secrets = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as { databaseOwner: string }
  const port = (await readFile(join(data, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3]
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Number(port),
    user: 'tillwatch_owner',
    password: secrets.databaseOwner,
    database: 'tillwatch',
  })
  // A server that is killed with its platform ends the connection: that is what a storm is for.
  client.on('error', () => undefined)
  await client.connect()
  return client
}
