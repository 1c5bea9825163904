import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { startClickHouse } from '../engines/clickhouse.ts'
import { makeTempFolder } from './temp-folder.ts'

/** An empty embedded ClickHouse of a test file's own. */
export type TempClickHouse = { url: string; stop: () => Promise<void> }

/** Starts one in a child process (about a second; so one per test file, only in files that need it). */
export async function startTempClickHouse(): Promise<TempClickHouse> {
  const folder = await makeTempFolder()
  const engine = await startClickHouse({
    dataDir: join(folder.path, 'clickhouse'),
    password: randomBytes(12).toString('hex'),
  }).catch(async (error: unknown) => {
    await folder.remove()
    throw error
  })
  const stop = async () => {
    await engine.stop()
    await folder.remove()
  }
  return { url: engine.url, stop }
}
