import pg from 'pg'
import type { Deps } from '#core/service.ts'

/** First half of the advisory lock's number: locks of Tillwatch's processes on idempotency keys. */
export const OWNER_LOCK_SPACE = 7_305_002

/**
 * Who this process is in `idempotency_keys.owner`: a number whose advisory lock it holds. PostgreSQL lets go of the lock
 * when the process is gone, so a key left by a crash is known at once, by no clock at all.
 */
export interface KeyOwner {
  /** The number, its lock held. */
  number(): Promise<number>
  close(): Promise<void>
}

const INT4_MAX = 2 ** 31 - 1

const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'tillwatch key owner',
  })
  await client.connect()
  // Who has nothing else to do may end: the lock goes with the process.
  ;(client as pg.Client & { unref(): void }).unref()
  return client
}

/**
 * Opens the lock's own connection at the first question, and again whenever it broke: under a new number, so that what was
 * begun under the old one counts as left.
 */
export const openKeyOwner = (deps: Pick<Deps, 'env' | 'db'>): KeyOwner => {
  const { connectionString } = deps.db.pool.options
  if (connectionString === undefined) throw new RangeError('the database pool has no URL')
  let held: Promise<{ client: pg.Client; owner: number }> | undefined
  const hold = async () => {
    const owner = (Buffer.from(deps.env.random.bytes(4)).readUInt32BE() % INT4_MAX) + 1
    const client = await connect(connectionString)
    // A broken connection has lost the lock.
    client.on('error', () => {
      held = undefined
    })
    await client.query('SELECT pg_advisory_lock($1, $2)', [OWNER_LOCK_SPACE, owner])
    return { client, owner }
  }
  return {
    number: async () => {
      held ??= hold()
      const { owner } = await held.catch((error: unknown) => {
        held = undefined
        throw error
      })
      return owner
    },
    close: async () => {
      const open = await held?.catch(() => undefined)
      held = undefined
      await open?.client.end()
    },
  }
}
