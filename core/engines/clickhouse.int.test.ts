import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@clickhouse/client'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeTempFolder } from '../testing/temp-folder.ts'
import { startClickHouse } from './clickhouse.ts'
import type { EmbeddedClickHouse } from './clickhouse.ts'
import { isAlive, waitUntil } from './processes.ts'
import { runThenKill } from './testing/kill-parent.ts'

let folder: Awaited<ReturnType<typeof makeTempFolder>>
let engine: EmbeddedClickHouse
let client: ClickHouseClient

const connect = (url: string) => createClient({ url, log: { level: 127 } })
const start = () => startClickHouse({ dataDir: join(folder.path, 'a folder'), password: 'a pass/word' })

beforeAll(async () => {
  folder = await makeTempFolder()
  engine = await start()
})

afterAll(async () => {
  await engine.stop()
  await folder.remove()
})

beforeEach(async () => {
  client = connect(engine.url)
  await client.command({ query: 'DROP TABLE IF EXISTS sold' })
  await client.command({
    query: 'CREATE TABLE sold (id String, amount Int64) ENGINE = MergeTree ORDER BY id',
  })
})

afterEach(() => client.close())

async function rows(query: string, options: object = {}): Promise<unknown[]> {
  return await (await client.query({ query, format: 'JSONEachRow', ...options })).json()
}

test('answers a ping', async () => {
  expect(await client.ping()).toEqual({ success: true })
  expect(await client.ping({ select: true })).toEqual({ success: true })
})

test('gives 64-bit integers back exactly, whichever way they came in', async () => {
  await client.insert({
    table: 'sold',
    values: [{ id: 'a', amount: '9007199254740993' }],
    format: 'JSONEachRow',
  })
  await client.insert({
    table: 'sold',
    columns: ['amount', 'id'],
    values: [['-9007199254740993', 'b']],
    format: 'JSONCompactEachRow',
  })
  expect(await rows('SELECT * FROM sold ORDER BY id')).toEqual([
    { id: 'a', amount: '9007199254740993' },
    { id: 'b', amount: '-9007199254740993' },
  ])
})

test('counts the rows of an insert in its summary, and takes an insert of none', async () => {
  const values = Array.from({ length: 1_000 }, (_, n) => [String(n), n])
  const written = await client.insert({ table: 'sold', values, format: 'JSONCompactEachRow' })
  expect(written.summary?.written_rows).toBe('1000')
  await client.insert({ table: 'sold', values: [], format: 'JSONCompactEachRow' })
  expect(await rows('SELECT count() AS n FROM sold')).toEqual([{ n: '1000' }])
})

test('takes compressed rows, and an insert with its values in the statement', async () => {
  const zipped = createClient({ url: engine.url, compression: { request: true, response: true } })
  await zipped.insert({ table: 'sold', values: [{ id: 'a', amount: 1 }], format: 'JSONEachRow' })
  await zipped.close()
  await client.command({ query: "INSERT INTO sold VALUES ('b; --', 2)" })
  expect(await rows('SELECT id FROM sold ORDER BY id')).toEqual([{ id: 'a' }, { id: 'b; --' }])
})

test('binds parameters of every kind as values, never as text of the statement', async () => {
  const nasty = "O'Brien\\ \t\n; DROP TABLE sold -- {x:String} ñ"
  const query = `SELECT {text:String} AS text, {n:Int64} AS n, {list:Array(String)} AS list, {none:Nullable(String)} AS none,
    {at:DateTime64(3)} AS at, (SELECT count() FROM {table:Identifier}) AS rows`
  const query_params = {
    text: nasty,
    n: 9007199254740993n,
    list: [nasty, 'b'],
    none: null,
    at: new Date('2026-03-01T00:00:00.250Z'),
    table: 'sold',
  }
  expect(await rows(query, { query_params })).toEqual([
    {
      text: nasty,
      n: '9007199254740993',
      list: [nasty, 'b'],
      none: null,
      at: '2026-03-01 00:00:00.250',
      rows: '0',
    },
  ])
  await expect(rows('SELECT {text:String}')).rejects.toMatchObject({
    code: '456',
    type: 'UNKNOWN_QUERY_PARAMETER',
  })
})

test('forgets the settings of a query when it is over, also when it failed', async () => {
  const query = "SELECT getSetting('max_block_size') AS size"
  const before = await rows(query)
  const clickhouse_settings = { max_block_size: '777', output_format_json_quote_64bit_integers: 0 }
  expect(await rows(query, { clickhouse_settings })).toEqual([{ size: 777 }])
  await expect(rows('SELECT throwIf(1)', { clickhouse_settings })).rejects.toMatchObject({ code: '395' })
  expect(await rows(query)).toEqual(before)
  expect(await rows('SELECT toInt64(1) AS one')).toEqual([{ one: '1' }])
})

test('inserts a block once when it comes again with the same token', async () => {
  await client.command({ query: 'ALTER TABLE sold MODIFY SETTING non_replicated_deduplication_window = 100' })
  const insert = (token: string) =>
    client.insert({
      table: 'sold',
      values: [['a', 1]],
      format: 'JSONCompactEachRow',
      clickhouse_settings: { insert_deduplication_token: token },
    })
  await insert('first')
  await insert('first')
  await insert('second')
  expect(await rows('SELECT count() AS n FROM sold')).toEqual([{ n: '2' }])
})

test.each([
  ['SELECT nothing FROM sold', '47', 'UNKNOWN_IDENTIFIER', 404],
  ['SELECT * FROM missing', '60', 'UNKNOWN_TABLE', 404],
  ["SELECT toInt64('x')", '6', 'CANNOT_PARSE_TEXT', 400],
  ['SELECT throwIf(1)', '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO', 500],
])('maps the failure of %s to its code, name and status', async (query, code, type, status) => {
  await expect(client.command({ query })).rejects.toMatchObject({ code, type })
  const url = new URL(engine.url)
  const authorization = `Basic ${btoa(`default:${decodeURIComponent(url.password)}`)}`
  const answer = await fetch(url.origin, { method: 'POST', body: query, headers: { authorization } })
  expect(answer.status).toBe(status)
  expect(answer.headers.get('x-clickhouse-exception-code')).toBe(code)
  expect(await answer.text()).toMatch(new RegExp(`^Code: ${code}\\. DB::Exception: .*\\(${type}\\)`, 's'))
})

test('refuses unknown settings and whoever does not know the password', async () => {
  await expect(rows('SELECT 1', { clickhouse_settings: { nonsense: 1 } })).rejects.toMatchObject({
    code: '115',
  })
  const { origin } = new URL(engine.url)
  const answers = await Promise.all([
    fetch(`${origin}/?query=SELECT+1`),
    fetch(`${origin}/?query=SELECT+1&password=x`),
  ])
  expect(answers.map(({ status }) => status)).toEqual([401, 401])
})

test('refuses a second statement, as a ClickHouse server does, and what it cannot serve', async () => {
  const refused = { code: '62', type: 'SYNTAX_ERROR' }
  await expect(client.command({ query: 'SELECT 1; DROP TABLE sold' })).rejects.toMatchObject(refused)
  await expect(client.command({ query: 'SELECT 1', session_id: 'mine' })).rejects.toMatchObject({
    code: '48',
  })
  const text = "a;'b"
  const query = "SELECT {text:String} AS text, ';' AS semicolon -- one; still\n"
  expect(await rows(query, { query_params: { text } })).toEqual([{ text, semicolon: ';' }])
})

test('runs queries side by side without mixing up their parameters and settings', async () => {
  const query =
    "SELECT {n:Int64} AS n, getSetting('max_block_size') AS size, sum(number) AS sum FROM numbers({n:UInt64})"
  const ask = (n: number) =>
    rows(query, { query_params: { n }, clickhouse_settings: { max_block_size: String(100_000 + n) } })
  const asked = Array.from({ length: 40 }, (_, index) => 2_000_000 + index)
  const answers = await Promise.all(asked.map(ask))
  const expected = asked.map((n) => [{ n: String(n), size: 100_000 + n, sum: String((n * (n - 1)) / 2) }])
  expect(answers).toEqual(expected)
})

test('gives 100,000 rows, streamed on the client side', async () => {
  const result = await client.query({
    query: "SELECT toString(number) AS id, repeat('x', 100) AS pad FROM numbers(100000)",
    format: 'JSONEachRow',
  })
  let count = 0
  for await (const batch of result.stream<{ id: string }>()) count += batch.length
  expect(count).toBe(100_000)
})

test('comes up with all data after it was killed', async () => {
  await client.insert({ table: 'sold', values: [{ id: 'a', amount: 7 }], format: 'JSONEachRow' })
  process.kill(engine.pid, 'SIGKILL')
  expect(await engine.exited).toEqual({ code: null, signal: 'SIGKILL' })
  engine = await start()
  client = connect(engine.url)
  expect(await rows('SELECT * FROM sold')).toEqual([{ id: 'a', amount: '7' }])
})

test('ends by itself, cleanly, when its parent is killed', async () => {
  const dataDir = join(folder.path, 'orphaned')
  const told = await runThenKill<{ url: string; pid: number }>(
    './start-clickhouse-and-hang.ts',
    [dataDir, 'secret'],
    async ({ url }) => {
      const other = connect(url)
      await other.command({
        query: 'CREATE TABLE kept ENGINE = MergeTree ORDER BY answer AS SELECT 42 AS answer',
      })
      await other.close()
    },
  )
  expect(await waitUntil(() => !isAlive(told.pid), 5_000)).toBe(true)
  expect(await readdir(dataDir)).not.toContain('tillwatch-engine.pid')
})

test('ends a child that still has the folder open, and keeps what it had written', async () => {
  await client.insert({ table: 'sold', values: [{ id: 'a', amount: 8 }], format: 'JSONEachRow' })
  const former = engine
  engine = await start()
  expect(isAlive(former.pid)).toBe(false)
  client = connect(engine.url)
  expect(await rows('SELECT * FROM sold')).toEqual([{ id: 'a', amount: '8' }])
  expect(await readFile(join(folder.path, 'logs', 'a folder.log'), 'utf8')).toBe('')
})
