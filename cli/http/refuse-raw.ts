import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ERROR_CODES, type ErrorCode } from '#core/error-codes.ts'
import { TillwatchError } from '#core/errors.ts'
import { errorBody } from '#core/http/error-response.ts'
import { newId } from '#core/ids.ts'
import { systemEnv } from '#core/system-env.ts'

/** What Node's parser and timers call the failures that have a status of their own; every other one is a malformed request. */
const CODE_OF_FAILURE: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** How long a refused client may go on sending before it is cut off. */
const LINGER_MS = 500

/** An error answer made before any route is known: status, headers and body in our envelope. The connection ends with it. */
export const rawRefusal = (code: ErrorCode) => {
  const id = newId(systemEnv(), 'request')
  const body = JSON.stringify(errorBody(new TillwatchError(code), id))
  const headers = {
    'Content-Type': 'application/json; charset=UTF-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'Request-Id': id,
    Connection: 'close',
  }
  return { status: ERROR_CODES[code].status, headers, body }
}

const asText = (code: ErrorCode): string => {
  const { status, headers, body } = rawRefusal(code)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n')
}

const closed = async (outgoing: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    outgoing.once('close', () => resolve())
  })

interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

/** Which requests of each connection have no answer yet, so that a refusal is never taken for the answer to one of them. */
export const createRawRefuser = (urlBytesMax: number) => {
  const unanswered = new WeakMap<Duplex, Set<Exchange>>()
  const refused = new WeakSet<Duplex>()

  const isLongUrl = (packet: unknown): boolean => {
    if (!Buffer.isBuffer(packet)) return false
    const line = packet.subarray(0, urlBytesMax)
    return packet.length > urlBytesMax && !line.includes('\n')
  }

  return {
    /** Notes a request until its answer is out. */
    watch: (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      const exchange = { incoming, outgoing }
      const open = unanswered.get(incoming.socket) ?? new Set()
      unanswered.set(incoming.socket, open.add(exchange))
      outgoing.once('close', () => open.delete(exchange))
    },
    /** Answers what could not be parsed or came too slowly, behind the answers of the requests before it, and hangs up. */
    refuse: async (error: NodeJS.ErrnoException, socket: Duplex): Promise<void> => {
      if (refused.has(socket)) return
      refused.add(socket)
      const named = CODE_OF_FAILURE[error.code ?? ''] ?? 'malformed_request'
      const { rawPacket } = error as { rawPacket?: unknown }
      const code = named === 'headers_too_large' && isLongUrl(rawPacket) ? 'uri_too_long' : named
      const open = [...(unanswered.get(socket) ?? [])]
      await Promise.all(
        open.filter(({ incoming }) => incoming.complete).map(async ({ outgoing }) => closed(outgoing)),
      )
      // The request whose own body failed hears of it here, unless it is being answered already.
      const isAnswering = open.some(({ incoming, outgoing }) => !incoming.complete && outgoing.headersSent)
      if (!socket.writable || isAnswering) return void socket.destroy()
      // A socket that is destroyed with bytes unread resets the connection, and the client never sees why.
      socket.once('end', () => socket.destroy())
      setTimeout(() => socket.destroy(), LINGER_MS).unref()
      socket.end(asText(code))
    },
  }
}
