import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import Stripe from 'stripe'
import { connectAsOwner } from '../storm/database.ts'
import { startPlatformWith } from '../tillwatch.ts'

const SHOP = fileURLToPath(new URL('../fixtures/planted-shop.yaml', import.meta.url))

/** A whole platform in processes of its own, with a till's, a cardholder's and an administrator's hands. */
export interface World {
  readonly data: string
  readonly stripe: Stripe
  /** The database as its owner, for whom no trigger runs. */
  readonly owner: pg.Client
  /** Calls the platform's API; a money call has its key. Answers status and document. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Document }>
  /** Calls the sandbox's control plane; throws what it refuses. */
  control<T = Document>(method: string, path: string, body?: unknown): Promise<T>
  /** Lets everything happen that is due until then, at its own instant, and stands still. */
  moveTo(at: Date): Promise<void>
  now(): Promise<Date>
  close(): Promise<void>
}

export type Document = Readonly<Record<string, unknown>>

const LOOK_EVERY_MS = 15

const answerOf = async <T>(response: Response): Promise<T> => {
  const text = await response.text()
  try {
    return JSON.parse(text) as T
  } catch {
    throw new Error(`${response.url}: ${response.status} ${text.slice(0, 300)}`)
  }
}

const controlAt =
  (url: string): World['control'] =>
  async (method, path, body) => {
    const response = await fetch(`${url}/_sandbox${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!response.ok)
      throw new Error(
        `${method} ${path} ${JSON.stringify(body)}: ${response.status} ${await response.text()}`,
      )
    return answerOf(response)
  }

const callAt = (url: string, token: string): World['call'] => {
  let calls = 0
  return async (method, path, body) => {
    calls += 1
    const response = await fetch(`${url}/payments/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `planted-${calls}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: await answerOf<Document>(response) }
  }
}

/** Starts a platform on a fresh data folder; its clock stands at `at`. `doubts` are switches of the sandbox. */
export const openWorld = async (data: string, at: Date, doubts: object): Promise<World> => {
  const settings = { TILLWATCH_SHOP_FILE: SHOP, TILLWATCH_SANDBOX_DOUBTS: JSON.stringify(doubts) }
  const platform = await startPlatformWith(settings, data, '--clock-start', at.toISOString())
  const control = controlAt(platform.sandboxUrl)
  await control('POST', '/clock', { speed: 0 })
  const { stripeKey } = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as {
    stripeKey: string
  }
  const { hostname, port } = new URL(platform.sandboxUrl)
  const owner = await connectAsOwner(data)
  await owner.query("SET session_replication_role = 'replica'")
  const clock = async () => control<{ now: string; speed: unknown }>('GET', '/clock')
  return {
    data,
    owner,
    control,
    stripe: new Stripe(stripeKey, { host: hostname, port, protocol: 'http', telemetry: false }),
    call: callAt(platform.url, await platform.token('manager')),
    now: async () => new Date((await clock()).now),
    moveTo: async (until) => {
      await control('POST', '/clock', { speed: 'max', until: until.toISOString() })
      while ((await clock()).speed === 'max') await pause(LOOK_EVERY_MS)
    },
    close: async () => {
      await owner.end()
      await platform.end('SIGTERM')
    },
  }
}
