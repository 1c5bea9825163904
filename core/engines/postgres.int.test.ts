import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { makeTempFolder } from '../testing/temp-folder.ts'
import { startPostgres } from './postgres.ts'
import type { EmbeddedPostgres } from './postgres.ts'
import { isAlive, waitUntil } from './processes.ts'
import { runThenKill } from './testing/kill-parent.ts'

const password = { owner: 'a pass/word' }
let folder: Awaited<ReturnType<typeof makeTempFolder>>
let dataDir: string
const running: EmbeddedPostgres[] = []

beforeEach(async () => {
  folder = await makeTempFolder()
  dataDir = join(folder.path, 'with a space', 'postgres')
})

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('immediate')
  await folder.remove()
})

async function start(): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ dataDir, password })
  running.push(server)
  return server
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

test('starts on an empty folder, durable, checked, in UTC, on the loopback address only', async () => {
  const server = await start()
  const [found] = await ask(
    server.ownerUrl,
    `SELECT current_database() AS database, current_user AS role, current_setting('server_version_num')::int / 10000 AS version,
      current_setting('data_checksums') AS checksums, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS synced, current_setting('timezone') AS zone,
      current_setting('listen_addresses') AS addresses, current_setting('server_encoding') AS encoding`,
  )
  expect(found).toEqual({
    database: 'tillwatch',
    role: 'tillwatch_owner',
    version: 18,
    checksums: 'on',
    fsync: 'on',
    synced: 'on',
    zone: 'UTC',
    addresses: '127.0.0.1',
    encoding: 'UTF8',
  })
})

test('keeps its data over a stop and the next start', async () => {
  const first = await start()
  await ask(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)
  const second = await start()
  expect(await ask(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
})

test('refuses a wrong password', async () => {
  const server = await start()
  const url = server.ownerUrl.replace(/:[^:@]+@/, ':password@')
  await expect(ask(url, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
})

test('makes the cluster anew when a first start was cut off in the middle of it', async () => {
  const workshop = join(`${dataDir}.initdb`, 'cluster')
  await mkdir(workshop, { recursive: true })
  await writeFile(join(workshop, 'PG_VERSION'), '18\n')
  const server = await start()
  expect(await ask(server.ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  expect(await readdir(join(dataDir, '..'))).toEqual(['logs', 'postgres'])
})

test('leaves a folder alone that holds something else', async () => {
  await mkdir(dataDir, { recursive: true })
  await writeFile(join(dataDir, 'thesis.txt'), 'mine')
  await expect(start()).rejects.toThrow('neither empty nor a PostgreSQL folder')
  expect(await readFile(join(dataDir, 'thesis.txt'), 'utf8')).toBe('mine')
})

test('removes a pid file whose process is some other program', async () => {
  const first = await start()
  await first.stop()
  await writeFile(join(dataDir, 'postmaster.pid'), `${process.pid}\n${dataDir}\n1\n1\n\n127.0.0.1\n\nready\n`)
  const second = await start()
  expect(await ask(second.ownerUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
})

test('ends the server that outlived a killed parent and keeps what was committed', async () => {
  const told = await runThenKill<{ ownerUrl: string; pid: number }>(
    './start-postgres-and-hang.ts',
    [dataDir, password.owner],
    async ({ ownerUrl }) => {
      await ask(ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    },
  )
  onTestFinished(() => void (isAlive(told.pid) && process.kill(told.pid, 'SIGQUIT')))
  expect(isAlive(told.pid)).toBe(true)
  const server = await start()
  expect(await waitUntil(() => !isAlive(told.pid), 1_000)).toBe(true)
  expect(await ask(server.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
})

test('starts again after the server itself was killed', async () => {
  const first = await start()
  await ask(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
  process.kill(first.pid, 'SIGKILL')
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' })
  const second = await start()
  expect(await ask(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
})
