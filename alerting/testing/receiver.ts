import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** What the receiver answers to the next request: a status, the connection cut after it took the message, or nothing at all. */
export type Mood =
  number | 'cut' | 'hang' | { readonly status: number; readonly headers: Record<string, string> }

/** A receiver of messages on a loopback port, as bad-tempered as a test wants. */
export interface Receiver {
  readonly url: string
  /** Bodies in the order in which they came, also those that were answered with an error. */
  readonly bodies: unknown[]
  readonly headers: Record<string, string | string[] | undefined>[]
  /** Answers for the next requests; 202 once they are used up. */
  moods: Mood[]
  /** Cuts the connections that hang. */
  letGo(): void
  close(): Promise<void>
}

/** Starts a receiver. */
export const startReceiver = async (): Promise<Receiver> => {
  const hanging: Socket[] = []
  const state = { bodies: [] as unknown[], headers: [] as Receiver['headers'], moods: [] as Mood[] }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      state.bodies.push(text === '' ? null : JSON.parse(text))
      state.headers.push(request.headers)
      const mood = state.moods.shift() ?? 202
      if (mood === 'hang') return hanging.push(request.socket)
      if (mood === 'cut') return request.socket.destroy()
      const { status, headers } = typeof mood === 'number' ? { status: mood, headers: {} } : mood
      return response.writeHead(status, headers).end(status < 300 ? '{"status":"success"}' : 'no')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/`,
    letGo: () => {
      for (const socket of hanging.splice(0)) socket.destroy()
    },
    close: async () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  })
}
