import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { ErrorCode } from '#core/error-codes.ts'
import { TillwatchError } from '#core/errors.ts'
import { errorResponse } from '#core/http/error-response.ts'
import { newId } from '#core/ids.ts'
import { systemEnv } from '#core/system-env.ts'
import { createRawRefuser, rawRefusal } from './refuse-raw.ts'

export type Fetch = (request: Request, env: unknown) => Response | Promise<Response>

/** A bound port that answers 503 until it is given something to serve. */
export interface Listener {
  readonly port: number
  serve(fetch: Fetch): void
  close(): Promise<void>
}

/** What one connection may take: a client that sends more, or more slowly, is cut off (reliability.md §5, row 79). */
export interface DoorLimits {
  /** Request line and headers together: 431 beyond. */
  readonly headerBytes: number
  /** From the connection, or the end of the last request, to the end of the headers: 408 beyond. */
  readonly headersMs: number
  /** To the end of the body: 408 beyond. */
  readonly requestMs: number
  /** How often connections are looked at; a limit is kept to within this. */
  readonly lookEveryMs: number
}

export const DOOR_LIMITS: DoorLimits = {
  headerBytes: 16_384,
  headersMs: 10_000,
  requestMs: 30_000,
  lookEveryMs: 1_000,
}

const URL_BYTES_MAX = 8_192

const starting: Fetch = () => errorResponse(new TillwatchError('starting'), newId(systemEnv(), 'request'))

const bind = async (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(
        taken
          ? new TillwatchError(
              'config_invalid',
              `TILLWATCH_PORT: ${port} is taken; choose another with --port`,
            )
          : error,
      )
    })
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })

/** One Host in HTTP/1.1, at most one in HTTP/1.0, and a target of visible ASCII: RFC 9112 §3.2. */
const isWellFormed = ({ rawHeaders, httpVersion, url }: IncomingMessage): boolean => {
  const hosts = rawHeaders.filter((text, place) => place % 2 === 0 && text.toLowerCase() === 'host').length
  return (hosts === 1 || (hosts === 0 && httpVersion === '1.0')) && /^[\x21-\x7e]+$/.test(url ?? '')
}

const refuse = (outgoing: ServerResponse, code: ErrorCode): void => {
  const { status, headers, body } = rawRefusal(code)
  outgoing.writeHead(status, headers).end(body)
}

const toResponse = (error: unknown): Response => {
  const { status, headers, body } = rawRefusal(
    error instanceof RequestError ? 'malformed_request' : 'internal_error',
  )
  return new Response(body, { status, headers })
}

const createDoor = (limits: DoorLimits, fetch: Fetch): Server => {
  const refuser = createRawRefuser(URL_BYTES_MAX)
  const answer = getRequestListener((request, env) => fetch(request, env), {
    overrideGlobalObjects: false,
    errorHandler: toResponse,
    // HTTP/1.0 knows requests without a Host, and health checks send them.
    hostname: 'localhost',
  })
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.lookEveryMs,
      // Node's own refusal has no body; ours has.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      refuser.watch(incoming, outgoing)
      if (!isWellFormed(incoming)) return refuse(outgoing, 'malformed_request')
      // It answers every failure itself, so there is nothing to wait for.
      void answer(incoming, outgoing)
    },
  )
  server.on('clientError', (error, socket) => void refuser.refuse(error, socket))
  server.on('checkExpectation', (_incoming, outgoing) => refuse(outgoing, 'malformed_request'))
  return server
}

/** Binds `host:port` (0 takes a free one). Throws `config_invalid` when the port is taken. */
export const listen = async (host: string, port: number, limits = DOOR_LIMITS): Promise<Listener> => {
  let fetch = starting
  const server = createDoor(limits, (request, env) => fetch(request, env))
  const bound = await bind(server, host, port)
  return {
    port: bound,
    serve: (given) => {
      fetch = given
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
      server.closeIdleConnections()
      await closed
    },
  }
}
