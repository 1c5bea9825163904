// Entry of the child process that serves an embedded ClickHouse. Arguments: data folder, port (0: any free one).
import { rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { liveAsChild } from './child-life.ts'
import { openEngine } from './clickhouse-engine.ts'
import { PASSWORD_VARIABLE, pidFileOf } from './clickhouse-folder.ts'
import { createClickHouseServer } from './clickhouse-server.ts'

const [dataDir, portText] = process.argv.slice(2)
const password = process.env[PASSWORD_VARIABLE]
if (dataDir === undefined || password === undefined || password === '')
  throw new Error(`Needs a data folder and ${PASSWORD_VARIABLE}.`)

const pidFile = pidFileOf(dataDir)
// One process per data folder: two engines on one folder destroy it. The parent removed what a dead child left.
await writeFile(pidFile, String(process.pid), { flag: 'wx' })
const engine = openEngine(dataDir)
const server = createClickHouseServer(engine, password)
server.listen(Number(portText ?? 0), '127.0.0.1', () => {
  liveAsChild((server.address() as AddressInfo).port, async () => {
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeIdleConnections()
    })
    await engine.close()
    await rm(pidFile, { force: true })
  })
})
