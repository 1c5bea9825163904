import type pg from 'pg'
import type { Machine } from '../env.ts'

/** Who hears how long statements waited for a connection. */
export interface PoolWatch {
  readonly machine: Pick<Machine, 'nowMs'>
  readonly onWait: (seconds: number) => void
}

/** Nobody listens. */
export const NO_WATCH: PoolWatch = { machine: { nowMs: () => 0 }, onWait: () => undefined }

type Taken = (error: Error | undefined, client: pg.PoolClient | undefined, release: () => void) => void
type Connect = (taken?: Taken) => Promise<pg.PoolClient> | void

/** Tells `watch` of every wait for a connection, by whoever asks and whether or not he gets one. */
export const watchPool = (pool: pg.Pool, { machine, onWait }: PoolWatch): void => {
  const connect = pool.connect.bind(pool) as Connect
  const watched: Connect = (taken) => {
    const startedMs = machine.nowMs()
    const tell = () => onWait((machine.nowMs() - startedMs) / 1_000)
    if (taken === undefined) return (connect() as Promise<pg.PoolClient>).finally(tell)
    return connect((...answer) => {
      tell()
      taken(...answer)
    })
  }
  pool.connect = watched as pg.Pool['connect']
}
