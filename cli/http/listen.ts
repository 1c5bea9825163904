import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { TillwatchError } from '#core/errors.ts'

export type Fetch = (request: Request, env: unknown) => Response | Promise<Response>

/** A bound port that answers 503 until it is given something to serve. */
export interface Listener {
  readonly port: number
  serve(fetch: Fetch): void
  close(): Promise<void>
}

/** A client that sends its headers or body more slowly than this is cut off (reliability: slowloris). */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const HEADER_BYTES_MAX = 16_384

const starting: Fetch = () =>
  Response.json({ status: 'starting' }, { status: 503, headers: { 'retry-after': '1' } })

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

/** Binds `host:port` (0 takes a free one). Throws `config_invalid` when the port is taken. */
export const listen = async (host: string, port: number): Promise<Listener> => {
  let fetch = starting
  const answer = getRequestListener((request, env) => fetch(request, env), { overrideGlobalObjects: false })
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
    },
    // It answers every failure itself, so there is nothing to wait for.
    (incoming, outgoing) => void answer(incoming, outgoing),
  )
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
