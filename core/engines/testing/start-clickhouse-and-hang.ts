// Run by a test: starts ClickHouse on the folder given, says where it is, and waits to be killed.
import { startClickHouse } from '../clickhouse.ts'

const [dataDir = '', password = ''] = process.argv.slice(2)
const { url, pid } = await startClickHouse({ dataDir, password })
process.stdout.write(JSON.stringify({ url, pid }))
setInterval(() => undefined, 60_000)
