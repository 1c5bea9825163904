import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Statement } from './clickhouse-engine.ts'
import { fail } from './clickhouse-errors.ts'
import type { ClickHouseFailure } from './clickhouse-errors.ts'

const unzip = promisify(gunzip)

/** Above this a body could not become one string. Relays send thousands of rows, not hundreds of megabytes. */
const MAX_BODY_BYTES = 256 * 1024 * 1024

/** Words of the query string that are no settings (ClickHouse docs, "HTTP interface"). */
const NO_SETTINGS = new Set([
  ...['query', 'database', 'default_format', 'query_id', 'user', 'password', 'quota_key', 'stacktrace'],
  // They shape how a server buffers its answer; ours is always complete before its first byte.
  ...['wait_end_of_query', 'buffer_size', 'http_response_buffer_size', 'client_protocol_version'],
  ...['send_progress_in_http_headers', 'http_headers_progress_interval_ms', 'enable_http_compression'],
])
/** Served by a real ClickHouse only; refused rather than silently ignored. */
const NOT_SERVED = ['session_id', 'role', 'compress', 'decompress']
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/
const QUOTED_OR_COMMENT = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|--[^\n]*|\/\*[\s\S]*?\*\//g
const SECOND_STATEMENT = /;\s*[^\s;]/
const INLINE_ROWS = /^\s*INSERT\s[\s\S]*\sFORMAT\s+\w+\s/i
const INSERT_WITH_FORMAT = /^\s*INSERT\s[\s\S]*\sFORMAT\s+\w+\s*;?\s*$/i

/** Reads one HTTP call into a statement, or says why it is refused. */
export async function readStatement(request: IncomingMessage): Promise<Statement | ClickHouseFailure | null> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const body = await readBody(request)
  if (body === null)
    return fail(223, 'QUERY_IS_TOO_LARGE', `The body is larger than ${MAX_BODY_BYTES} bytes.`)
  const given = new URLSearchParams(url.search)
  const asForm = request.headers['content-type']?.startsWith('multipart/form-data') === true
  if (asForm) await addForm(given, body, request.headers['content-type'] ?? '')
  const refused = NOT_SERVED.find((name) => given.has(name) && given.get(name) !== '0')
  if (refused !== undefined)
    return fail(48, 'NOT_IMPLEMENTED', `The embedded ClickHouse has no '${refused}'.`)
  const rest = asForm ? Buffer.alloc(0) : body
  const query = given.get('query') ?? ''
  const sql = query === '' ? rest.toString('utf8') : query
  if (sql.trim() === '') return fail(62, 'SYNTAX_ERROR', 'Empty query.')
  // The engine would run them all; a ClickHouse server refuses, so nothing may come to rely on it.
  if (SECOND_STATEMENT.test(sql.replace(QUOTED_OR_COMMENT, ' ')) && !INLINE_ROWS.test(sql))
    return fail(62, 'SYNTAX_ERROR', 'Syntax error (Multi-statements are not allowed).')
  const data = query === '' || rest.length === 0 ? null : rest
  // An INSERT that waits for rows and gets none has nothing to do.
  if (data === null && INSERT_WITH_FORMAT.test(query)) return null
  return { sql, data, ...readOptions(given, request) } satisfies Statement
}

function readOptions(given: URLSearchParams, request: IncomingMessage) {
  const settings = new Map<string, string>()
  const params = new Map<string, string>()
  for (const [name, value] of given) {
    if (!NAME.test(name) || NO_SETTINGS.has(name)) continue
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value)
    else settings.set(name, value)
  }
  // As in ClickHouse, GET must not change anything; last, because it forbids further changes of settings to lesser ones.
  if (request.method === 'GET') settings.set('readonly', '2')
  const format = given.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated'
  const database = given.get('database') ?? header(request, 'x-clickhouse-database')
  return { settings, params, format, database: database === 'default' ? null : database }
}

/** True when the call carries the password, by any of ClickHouse's three ways. The user's name does not matter. */
export function isAuthorised(request: IncomingMessage, password: string): boolean {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const decoded = basic === undefined ? null : Buffer.from(basic, 'base64').toString('utf8')
  const given =
    decoded?.slice(decoded.indexOf(':') + 1) ??
    header(request, 'x-clickhouse-key') ??
    new URL(request.url ?? '/', 'http://localhost').searchParams.get('password')
  return given !== null && timingSafeEqual(digest(given), digest(password))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function header(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name]
  return typeof value === 'string' ? value : null
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return null
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  return request.headers['content-encoding'] === 'gzip' ? await unzip(body) : body
}

async function addForm(given: URLSearchParams, body: Buffer, contentType: string): Promise<void> {
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData()
  for (const [name, value] of form) if (typeof value === 'string') given.append(name, value)
}
