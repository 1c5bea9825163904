import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Engine, Outcome } from './clickhouse-engine.ts'
import { describeFailure, fail } from './clickhouse-errors.ts'
import type { ClickHouseFailure } from './clickhouse-errors.ts'
import { isAuthorised, readStatement } from './clickhouse-request.ts'

/**
 * The part of ClickHouse's HTTP interface that `@clickhouse/client` uses: `/ping`, and `/` with a query, its rows, settings,
 * parameters and database. Answers are complete before their first byte, so a failed query is always a 4xx or 5xx.
 */
export function createClickHouseServer(engine: Engine, password: string): Server {
  const server = createServer((request, response) => {
    answer(engine, password, request, response).catch((error: unknown) =>
      sendFailure(response, describeFailure(error)),
    )
  })
  // ClickHouse's own keep-alive; a client that reuses a socket must not find it closed first.
  server.keepAliveTimeout = 10_000
  // An insert may take its time.
  server.requestTimeout = 0
  return server
}

async function answer(
  engine: Engine,
  password: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/ping') {
    response.end('Ok.\n')
    return
  }
  if (!isAuthorised(request, password))
    return sendFailure(
      response,
      fail(516, 'AUTHENTICATION_FAILED', 'Authentication failed: wrong user or password.'),
    )
  if (url.pathname !== '/') {
    response.writeHead(404).end(`There is no handle ${url.pathname}\n`)
    return
  }
  const statement = await readStatement(request)
  response.setHeader('X-ClickHouse-Query-Id', url.searchParams.get('query_id') ?? '')
  response.setHeader('X-ClickHouse-Timezone', 'UTC')
  if (statement === null) return sendOutcome(response, null, 'TabSeparated')
  if ('status' in statement) return sendFailure(response, statement)
  sendOutcome(response, await engine.run(statement), statement.format)
}

function sendOutcome(response: ServerResponse, outcome: Outcome | null, format: string): void {
  const bytes = outcome?.bytes ?? new Uint8Array(0)
  response.writeHead(200, {
    'Content-Type': format.startsWith('JSON')
      ? 'application/json; charset=UTF-8'
      : 'text/plain; charset=UTF-8',
    'Content-Length': bytes.length,
    'X-ClickHouse-Format': format,
    'X-ClickHouse-Summary': JSON.stringify(summarise(outcome)),
  })
  response.end(bytes)
}

/** All counts as strings, as ClickHouse writes them. */
function summarise(outcome: Outcome | null): Record<string, string> {
  return {
    read_rows: String(outcome?.rowsRead ?? 0),
    read_bytes: String(outcome?.bytesRead ?? 0),
    written_rows: String(outcome?.rowsWritten ?? 0),
    written_bytes: String(outcome?.bytesWritten ?? 0),
    total_rows_to_read: '0',
    result_rows: String(outcome?.rowsWritten ?? 0),
    result_bytes: String(outcome?.bytes.length ?? 0),
    elapsed_ns: String(Math.round((outcome?.elapsed ?? 0) * 1e9)),
  }
}

function sendFailure(response: ServerResponse, failure: ClickHouseFailure): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(failure.status, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Exception-Code': failure.code,
    // What is left of a refused body must not be read as the next request.
    ...(response.req.complete ? {} : { Connection: 'close' }),
  })
  response.end(`${failure.text}\n`)
}
