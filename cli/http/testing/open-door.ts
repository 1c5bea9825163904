import type { Role } from '#core/access/roles.ts'
import { createToken } from '#core/access/tokens.ts'
import { parseConfig } from '#core/config.ts'
import type { Machine } from '#core/env.ts'
import { openDatabase } from '#core/postgres/db.ts'
import { importShop, parseShop } from '#core/shop.ts'
import { openWorkerDeps, type WorkerDeps } from '../../../ingest/testing/worker-deps.ts'
import { createGateway } from '../gateway.ts'
import type { Ui } from '../ui-files.ts'
import { DOOR_LIMITS, listen, type DoorLimits } from '../listen.ts'

/** Two stores, so that there is something a till may not see. */
const SHOP = parseShop(`
account: { zone: Europe/London, currency: gbp }
stores:
  - { id: high-street, name: High Street, zone: Europe/London }
  - { id: station, name: Station, zone: Europe/London }
tills:
  - { id: till-1, store: high-street, name: Till 1 }
  - { id: till-2, store: station, name: Till 2 }
readers:
  - { id: reader-1, till: till-1, label: Reader 1 }
  - { id: reader-2, till: till-2, label: Reader 2 }
`)

/** An answer, its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Tests look into bodies of every shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any
}

export interface Call {
  readonly method?: string
  /** From the root: `/payments/api/sales`. */
  readonly path: string
  /** As it is when text or bytes, else as JSON. */
  readonly body?: string | Uint8Array<ArrayBuffer> | object
  /** `null` takes a header away. */
  readonly headers?: Readonly<Record<string, string | null>>
  /** A cashier unless said; `null` is nobody. */
  readonly token?: string | null
}

export interface Door {
  readonly deps: WorkerDeps['deps']
  /** The settings that the gateway goes by. */
  readonly shop: typeof SHOP
  readonly url: string
  readonly port: number
  /** Every door of the gateway, `METHOD /path` in Hono's form. */
  readonly doors: readonly string[]
  token(role: Role, tillId?: string, expiresAt?: Date): Promise<string>
  /** One request over HTTP, by default as JSON, with a fresh idempotency key, by a cashier. */
  send(call: Call): Promise<Answer>
  /** How many rows there are of what a client can make. */
  written(): Promise<unknown>
  /** Stops intake as the end of a process does; what is open ends. */
  stop(): Promise<void>
  close(): Promise<void>
}

export interface DoorOptions {
  readonly stripe?: string
  readonly clickhouse?: string
  readonly limits?: Partial<DoorLimits>
  /** Configuration beside the defaults: how often a caller may ask, for instance. */
  readonly config?: Readonly<Record<string, string>>
  /** The pages; none unless given. */
  readonly ui?: Ui
  /** Another way to the same database. */
  readonly databaseUrl?: (url: string) => string
  /** Waits take no time unless a machine is given. */
  readonly machine?: Machine
}

const WRITTEN = `SELECT (SELECT count(*) FROM sales) AS sales, (SELECT count(*) FROM payments) AS payments,
       (SELECT count(*) FROM refunds) AS refunds, (SELECT count(*) FROM idempotency_keys) AS keys,
       (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM journal_entries) AS entries,
       (SELECT count(*) FROM webhook_events) AS deliveries, (SELECT count(*) FROM api_tokens) AS tokens,
       (SELECT count(*) FROM reconciliation_runs) AS runs`

const isRaw = (body: Call['body']): body is string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' || body instanceof Uint8Array

/** What a stream says first; it has no end to wait for. */
const readBeginning = async (response: Response): Promise<string> => {
  const reader = response.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  await reader?.cancel()
  return new TextDecoder().decode(value)
}

/** Reads an answer of `fetch`: all of it, or the beginning of a stream of events. */
export const readAnswer = async (response: Response): Promise<Answer> => {
  const { status, headers } = response
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true
  const text = isStream ? await readBeginning(response) : await response.text()
  const isJson = headers.get('content-type')?.startsWith('application/json') === true
  return { status, headers, text, body: isJson && text !== '' ? JSON.parse(text) : null }
}

const createSender = (url: string, cashier: string) => {
  let keys = 0
  return async ({ method, path, body, headers: given = {}, token = cashier }: Call): Promise<Answer> => {
    const headers = new Headers({
      'content-type': 'application/json',
      'idempotency-key': `door-${(keys += 1)}`,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    })
    for (const [name, value] of Object.entries(given))
      if (value === null) headers.delete(name)
      else headers.set(name, value)
    const sent = body === undefined || isRaw(body) ? body : JSON.stringify(body)
    // Bytes without a type: fetch gives text one of its own.
    const init = typeof sent === 'string' ? new TextEncoder().encode(sent) : sent
    return readAnswer(
      await fetch(url + path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers,
        ...(init === undefined ? {} : { body: init }),
      }),
    )
  }
}

/** Machine time that jumps over every wait, so that a retry or a time-out of ours costs a test nothing. */
const rushedMachine = (): Machine => {
  let atMs = 0
  return {
    nowMs: () => atMs,
    sleep: async (ms, signal) => {
      await new Promise(setImmediate)
      signal?.throwIfAborted()
      atMs += ms
    },
  }
}

/** Every route behind the listener of the product, with its limits, on a database of the test's own. */
export const openDoor = async (options: DoorOptions = {}): Promise<Door> => {
  const { stripe, clickhouse } = options
  const worker = await openWorkerDeps({
    ...(stripe ? { stripe } : {}),
    ...(clickhouse ? { clickhouse } : {}),
  })
  const { env, db: own } = worker.deps
  await importShop(own, SHOP, env.clock.now(), 'test')
  const appUrl = own.pool.options.connectionString ?? ''
  const db = options.databaseUrl ? openDatabase(options.databaseUrl(appUrl)) : own
  const deps = {
    ...worker.deps,
    db,
    env: { ...env, machine: options.machine ?? rushedMachine() },
    shop: SHOP,
  }
  const gateway = createGateway({
    deps,
    config: parseConfig({ ...options.config }),
    services: [],
    sandboxUrl: null,
    ui: options.ui ?? null,
    withApi: true,
  })
  const listener = await listen('127.0.0.1', 0, { ...DOOR_LIMITS, ...options.limits })
  listener.serve(gateway.fetch)
  const url = `http://127.0.0.1:${listener.port}`
  const token = async (role: Role, tillId: string | null = null, expiresAt: Date | null = null) =>
    (await createToken(env, own, { name: role, role, tillId, expiresAt })).token
  return {
    deps: worker.deps,
    shop: SHOP,
    url,
    port: listener.port,
    doors: gateway.doors,
    token,
    send: createSender(url, await token('cashier')),
    written: async () => own.first(WRITTEN),
    stop: () => gateway.service.stop(),
    close: async () => {
      await listener.close()
      if (db !== own) await db.close()
      await worker.close()
    },
  }
}
