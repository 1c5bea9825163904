import { createHmac, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { connectAsOwner } from '../storm/database.ts'
import { call, eventually, startPlatformWith, type RunningPlatform } from '../tillwatch.ts'

export type Document = Readonly<Record<string, unknown>>

/** A mail in the sandbox's sink. */
export interface SunkMail {
  readonly id: string
  /** By the business clock. */
  readonly at: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly message_id: string
  readonly in_reply_to: string | null
}

/** An event in the sandbox's pager. */
export interface SunkPage {
  readonly id: string
  /** By the business clock. */
  readonly at: string
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve'
  readonly dedup_key: string
  readonly payload?: { readonly summary: string; readonly custom_details?: Document }
}

/** A platform that sells, with the hands of a cashier, an on-call engineer, Stripe and the owner of the database. */
export interface Scene {
  readonly platform: RunningPlatform
  readonly data: string
  /** The database as its owner, for whom no trigger runs. */
  readonly owner: pg.Client
  control<T = Document>(method: string, path: string, body?: unknown): Promise<T>
  as(role: string, method: string, path: string, body?: unknown): ReturnType<typeof call>
  /** Sells `count` cups by card, ten at a time, each paid or refused. */
  sell(count: number, card?: 'paid' | 'refused'): Promise<void>
  /** The business clock, in milliseconds. */
  nowMs(): Promise<number>
  /** Lets so many minutes of business pass at once. */
  jump(minutes: number): Promise<void>
  /** Delivers an event to the webhook endpoint, signed as Stripe signs. */
  deliver(event: Document): Promise<number>
  mails(): Promise<readonly SunkMail[]>
  pages(): Promise<readonly SunkPage[]>
  close(): Promise<void>
}

const CARDS = { paid: 'pm_card_visa', refused: 'pm_card_chargeDeclinedInsufficientFunds' }
/** Calls that a shop makes at once. */
const AT_ONCE = 10

const controlAt =
  (url: string): Scene['control'] =>
  async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/_sandbox${path}`, {
      method,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 300)}`)
    return (text === '' ? {} : JSON.parse(text)) as T
  }

const sellOn =
  (platform: RunningPlatform): Scene['sell'] =>
  async (count, card = 'paid') => {
    const sale = {
      amount: 250,
      currency: 'gbp',
      till_id: 'till_1',
      payment_method: CARDS[card],
    }
    const sellOne = async () => {
      const { status } = await call(platform, 'cashier', 'POST', '/payments', sale, {
        'idempotency-key': `scene-${randomUUID()}`,
      })
      const isExpected = card === 'paid' ? status === 201 : status === 402
      if (!isExpected && status !== 202) throw new Error(`a ${card} sale answered ${status}`)
    }
    let left = count
    const tills = Array.from({ length: Math.min(AT_ONCE, count) }, async () => {
      while (left > 0) {
        left -= 1
        await sellOne()
      }
    })
    await Promise.all(tills)
  }

/** Delivers events to a platform's webhook endpoint, signed with its secret as Stripe signs. */
export const deliverTo =
  (platform: RunningPlatform, secret: string, now: () => Promise<number>): Scene['deliver'] =>
  async (event) => {
    const body = JSON.stringify(event)
    const at = Math.floor((await now()) / 1_000)
    const digest = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')
    const response = await fetch(`${platform.url}/payments/webhooks/stripe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${digest}` },
      body,
    })
    await response.arrayBuffer()
    return response.status
  }

/** Starts a platform without the demo's own sales on a fresh data folder. */
export const openScene = async (
  data: string,
  settings: Readonly<Record<string, string>> = {},
  ...args: string[]
): Promise<Scene> => {
  const platform = await startPlatformWith(settings, data, '--no-demo', ...args)
  const control = controlAt(platform.sandboxUrl)
  const owner = await connectAsOwner(data)
  await owner.query("SET session_replication_role = 'replica'")
  const secrets = JSON.parse(await readFile(join(data, 'secrets.json'), 'utf8')) as {
    webhook: { secret: string }
  }
  const nowMs = async () => (await control<{ now_ms: number }>('GET', '/clock')).now_ms
  return {
    platform,
    data,
    owner,
    control,
    as: async (role, method, path, body) => call(platform, role, method, path, body),
    sell: sellOn(platform),
    nowMs,
    jump: async (minutes) => {
      const now = new Date((await nowMs()) + minutes * 60_000).toISOString()
      await control('POST', '/clock', { now })
      await eventually('the platform has followed the clock', async () => {
        const { body } = await call(platform, 'oncall', 'GET', '/metrics/')
        return String(body['as_of']) >= now ? true : undefined
      })
    },
    deliver: deliverTo(platform, secrets.webhook.secret, nowMs),
    mails: async () => (await control<{ data: SunkMail[] }>('GET', '/mail')).data,
    pages: async () => (await control<{ data: SunkPage[] }>('GET', '/pages')).data,
    close: async () => {
      await owner.end()
      await platform.end('SIGTERM')
    },
  }
}
