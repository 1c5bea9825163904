import { serve } from '@hono/node-server'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { inject } from 'vitest'
import type { Role } from '#core/access/roles.ts'
import { createToken } from '#core/access/tokens.ts'
import { createRoot } from '#core/http/root.ts'
import { ingestRoutes } from '../main.ts'
import type { Notify } from '#core/notify.ts'
import { openWorkerDeps, type WorkerDeps } from './worker-deps.ts'

/** An answer, its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Tests look into bodies of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any
}

export interface TestGateway {
  readonly deps: WorkerDeps['deps']
  readonly url: string
  /** A token of a role, perhaps bound to a till. */
  token(role: Role, tillId?: string): Promise<string>
  get(path: string, token?: string): Promise<Answer>
  /** A POST of JSON; with a key it is a money call. */
  post(path: string, body: unknown, key?: string, token?: string): Promise<Answer>
  /** Any request under the base path. */
  send(path: string, init: RequestInit): Promise<Answer>
  /** Runs statements as the database's owner, to break things. */
  asOwner(sql: string): Promise<void>
  close(): Promise<void>
}

const BASE = '/payments/api'

const onDatabase = async (appUrl: string, sql: string): Promise<void> => {
  const url = new URL(inject('testPostgres').ownerUrl)
  url.pathname = new URL(appUrl).pathname
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query(sql).finally(async () => client.end())
}

/** The gateway's routes over real HTTP, on a database of the test's own; calls are a cashier's unless said otherwise. */
export const openGateway = async (stripeUrl?: string, notify: Partial<Notify> = {}): Promise<TestGateway> => {
  const worker = await openWorkerDeps({ notify, ...(stripeUrl === undefined ? {} : { stripe: stripeUrl }) })
  const { deps } = worker
  const root = createRoot(deps)
  root.route(BASE, ingestRoutes(deps))
  const server = serve({ fetch: root.fetch, port: 0, hostname: '127.0.0.1' })
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`
  const token = async (role: Role, tillId?: string) =>
    (await createToken(deps.env, deps.db, { name: role, role, tillId: tillId ?? null })).token
  const cashier = await token('cashier')
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(url + path, init)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    }
  }
  return {
    deps,
    url,
    token,
    send,
    get: async (path, as = cashier) => send(path, { headers: { authorization: `Bearer ${as}` } }),
    post: async (path, body, key, as = cashier) =>
      send(path, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${as}`,
          'content-type': 'application/json',
          ...(key === undefined ? {} : { 'idempotency-key': key }),
        },
        body: JSON.stringify(body),
      }),
    asOwner: async (sql) => onDatabase(deps.db.pool.options.connectionString ?? '', sql),
    close: async () => {
      server.close()
      await worker.close()
    },
  }
}
