import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Machine } from '../env.ts'

/** An endpoint that does not answer within this machine time has failed. */
const TIMEOUT_MS = 10_000

export type Sent = { status: number } | { failure: string }
export type Send = (url: string, body: string, headers: Record<string, string>) => Promise<Sent>

/** A sender that keeps its connections open; `close` ends them. */
export const makeSender = (
  machine: Machine,
  timeoutMs: number = TIMEOUT_MS,
): { send: Send; close: () => void } => {
  const http = new HttpAgent({ keepAlive: true })
  const https = new HttpsAgent({ keepAlive: true })

  const attempt = (url: string, body: string, headers: Record<string, string>): Promise<Sent | 'stale'> =>
    new Promise((answer) => {
      const secure = url.startsWith('https:')
      const options = { method: 'POST', headers, agent: secure ? https : http }
      const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
        response.resume()
        response.once('end', () => resolve({ status: response.statusCode ?? 0 }))
        response.once('error', (error) => resolve({ failure: error.message }))
      })
      // Counted from the start: an answer that drips for ever must not hold a clock that waits for it.
      const cancel = machine.timer(timeoutMs, () => {
        resolve({ failure: 'timed out' })
        request.destroy()
      })
      const resolve = (sent: Sent | 'stale') => {
        cancel()
        answer(sent)
      }
      request.once('error', (error: NodeJS.ErrnoException) => {
        // The peer closed an idle connection at the moment it was used again: nothing was received.
        const isStale = request.reusedSocket && error.code === 'ECONNRESET'
        resolve(isStale ? 'stale' : { failure: error.code ?? error.message })
      })
      request.end(body)
    })

  const send: Send = async (url, body, headers) => {
    for (let tries = 0; tries < 3; tries += 1) {
      const sent = await attempt(url, body, headers)
      if (sent !== 'stale') return sent
    }
    return { failure: 'ECONNRESET' }
  }
  const close = (): void => {
    http.destroy()
    https.destroy()
  }
  return { send, close }
}
