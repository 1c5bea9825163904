import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import Stripe from 'stripe'
import type { Sandbox } from '../app.ts'
import { createSandbox } from '../app.ts'
import { machineEnv } from '../env.ts'
import type { SandboxOptions } from '../options.ts'

export type Reply = { status: number; headers: Headers; body: Record<string, unknown> }

export type Running = {
  sandbox: Sandbox
  base: string
  stripe: Stripe
  dir: string
  /** A call of the control plane, JSON in and out. */
  control: (method: string, path: string, body?: unknown) => Promise<Reply>
  /** A form-encoded call of the API without the SDK. */
  form: (method: string, path: string, form?: string, headers?: Record<string, string>) => Promise<Reply>
  stop: () => Promise<void>
}

const readReply = async (response: Response): Promise<Reply> => ({
  status: response.status,
  headers: response.headers,
  body: (await response.json()) as Record<string, unknown>,
})

/** A new folder below the system's temporary one. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'sandbox-'))

/** Removes a folder of a test. */
export const dropFolder = (dir: string): void => rmSync(dir, { recursive: true, force: true })

const listen = (sandbox: Sandbox): Promise<{ server: Server; port: number }> =>
  new Promise((resolve) => {
    const options = { fetch: sandbox.app.fetch, port: 0, hostname: '127.0.0.1' }
    const server = serve(options, ({ port }: AddressInfo) => resolve({ server: server as Server, port }))
    // A test that compiles for some seconds must not find its connection closed.
    ;(server as Server).keepAliveTimeout = 60_000
  })

/** Starts a real sandbox on a free port; the clock stands at `start` unless a test moves it. */
export const startSandbox = async (
  dir: string,
  start = '2016-10-31T09:00:00Z',
  more: Partial<SandboxOptions> = {},
): Promise<Running> => {
  const own = { country: 'GB', currency: 'gbp', timezone: 'Europe/London', settleLagMs: 30_000 }
  const config: SandboxOptions = { ...own, ...more }
  const sandbox = createSandbox(machineEnv(), { dir, startMs: Date.parse(start), ...config })
  sandbox.setClock({ speed: 0 })
  const { server, port } = await listen(sandbox)
  const base = `http://127.0.0.1:${port}`
  const options = {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
  } as const
  return {
    sandbox,
    base,
    dir,
    stripe: new Stripe('sk_test_sandbox', options),
    control: async (method, path, body) => {
      const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
      return readReply(await fetch(`${base}/_sandbox${path}`, init))
    },
    form: async (method, path, form, headers = {}) => {
      const all = { authorization: 'Bearer sk_test_x', ...headers }
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const init =
        form === undefined ? { method, headers: all } : { method, body: form, headers: { ...type, ...all } }
      return readReply(await fetch(`${base}${path}`, init))
    },
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await sandbox.stop()
    },
  }
}

export type Received = { path: string; signature: string; raw: string }

/** A receiver of webhooks that answers with `answer()`. */
export const startReceiver = async (answer: () => number = () => 200) => {
  const received: Received[] = []
  const allHeaders: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const signature = String(request.headers['stripe-signature'])
      received.push({ path: request.url ?? '', signature, raw: Buffer.concat(chunks).toString('utf8') })
      allHeaders.push(request.headers)
      response.writeHead(answer()).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}/hook`, received, headers: allHeaders, stop }
}
