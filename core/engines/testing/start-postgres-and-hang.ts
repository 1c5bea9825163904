// Run by a test: starts PostgreSQL on the folder given, says where it is, and waits to be killed.
import { startPostgres } from '../postgres.ts'

const [dataDir = '', owner = ''] = process.argv.slice(2)
const { ownerUrl, pid } = await startPostgres({ dataDir, password: { owner } })
process.stdout.write(JSON.stringify({ ownerUrl, pid }))
setInterval(() => undefined, 60_000)
