import type Stripe from 'stripe'
import { openStripe } from '#core/stripe-client.ts'
import { storeEvents } from '../poller/store-events.ts'
import { lockReported } from '../record/lock-reported.ts'
import { applyInbox } from '../webhooks/apply-inbox.ts'
import { HANDLERS } from '../webhooks/handlers.ts'
import type { Snapshot } from '../webhooks/inbox-event.ts'
import { startTempSandbox } from './temp-sandbox.ts'
import type { WorkerDeps } from './worker-deps.ts'

const KEY = 'sk_test_tillwatch0000'

/** What happened at a Stripe that nobody listened to, to be told in any order afterwards. */
export interface StripeStory {
  readonly stripe: Stripe
  readonly url: string
  now(): Date
  /** A POST to the sandbox's control plane; its answer. */
  control(path: string, body: object): Promise<Record<string, unknown>>
  pass(ms: number): Promise<void>
  /** Every event, the oldest first. */
  events(): Promise<Stripe.Event[]>
  close(): Promise<void>
}

/** A sandbox whose clock stands at 2026-03-02T09:00:00Z; `args` are further ones of its command line. */
export const openStory = async (args: readonly string[] = []): Promise<StripeStory> => {
  let at = new Date('2026-03-02T09:00:00Z')
  const sandbox = await startTempSandbox(at, args)
  const stripe = openStripe(KEY, sandbox.url)
  const control = async (path: string, body: object) => {
    const response = await fetch(`${sandbox.url}/_sandbox${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`)
    return answer
  }
  return {
    stripe,
    url: sandbox.url,
    control,
    now: () => at,
    pass: async (ms) => {
      at = new Date(at.getTime() + ms)
      await control('/clock', { now: at.toISOString() })
    },
    events: async () =>
      (await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })).toReversed(),
    close: async () => sandbox.stop(),
  }
}

/** The same items in another order, the same for the same seed. */
export const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  let state = seed * 2_654_435_761 + 1
  const order = [...items]
  for (let at = order.length - 1; at > 0; at -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    const other = state % (at + 1)
    ;[order[at], order[other]] = [order[other] as T, order[at] as T]
  }
  return order
}

/** Puts events into the inbox one by one in their order, and applies them as the worker does. */
export const tellByInbox = async (
  deps: WorkerDeps['deps'],
  events: readonly Stripe.Event[],
): Promise<void> => {
  for (const event of events) await storeEvents(deps, [event])
  await applyInbox(deps, HANDLERS)
}

/** Applies events as deliveries that come once more, past the inbox, which would refuse them; what came of each. */
export const tellAgain = async (
  deps: WorkerDeps['deps'],
  events: readonly Stripe.Event[],
): Promise<string[]> => {
  const results: string[] = []
  for (const event of events) {
    const snapshot = event.data.object as unknown as Snapshot
    const handler = HANDLERS[snapshot.object]
    if (!handler) continue
    const created = new Date(event.created * 1000)
    const row = {
      id: event.id,
      type: event.type,
      object_type: snapshot.object,
      object_id: snapshot.id,
      source: 'webhook' as const,
      payload: '',
      stripe_created: created,
      received_at: created,
      attempts: 0,
      postponed: 0,
    }
    results.push(
      await deps.db.withTransaction(async (db) => {
        await lockReported(db, [snapshot])
        return handler(deps, db, snapshot, row)
      }),
    )
  }
  return results
}
