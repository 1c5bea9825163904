import type { Delivery } from '../store/change.ts'
import { deliveryKey } from '../store/state.ts'
import type { Store } from '../store/store.ts'
import { nextAttemptAt } from './backoff.ts'
import type { Send, Sent } from './send.ts'
import { activeSecrets, signatureHeader } from './sign.ts'

/** Deliveries to one endpoint that may be on their way at once. */
const IN_FLIGHT_MAX = 8

/** What a forger signs with. */
const FORGED_SECRET = 'whsec_forged'

type Lane = { queue: Delivery[]; inFlight: number }

/** Sends due deliveries: in the order of events per endpoint, several at once, every endpoint on its own. */
export class Dispatcher {
  readonly #store: Store
  readonly #now: () => number
  readonly #send: Send
  readonly #onIdle: () => void
  readonly #lanes = new Map<string, Lane>()
  #open = 0
  #isClosed = false

  constructor(store: Store, now: () => number, send: Send, onIdle: () => void) {
    this.#store = store
    this.#now = now
    this.#send = send
    this.#onIdle = onIdle
    store.onCommit((change) => {
      for (const delivery of change.deliveries ?? []) {
        if (delivery.state !== 'pending' || delivery.attempt > 0) continue
        if (!this.#isPlanned(delivery)) this.enqueue(delivery)
      }
    })
  }

  /** True when no delivery that is due is unanswered. */
  get isQuiet(): boolean {
    return this.#open === 0
  }

  /** Takes up what a former process left: everything pending that no planned retry stands for. */
  resume(): void {
    for (const delivery of this.#store.state.pending.values()) {
      if (!this.#isPlanned(delivery)) this.enqueue(delivery)
    }
  }

  /** Its time has not come: the scheduler will bring it. */
  #isPlanned(delivery: Delivery): boolean {
    return this.#store.state.work.has(`deliver:${deliveryKey(delivery)}`)
  }

  /** Queues a delivery that is due now. */
  enqueue(delivery: Delivery): void {
    const lane = this.#lanes.get(delivery.endpoint) ?? { queue: [], inFlight: 0 }
    this.#lanes.set(delivery.endpoint, lane)
    lane.queue.push(delivery)
    this.#open += 1
    this.#pump(lane)
  }

  /** Sends nothing more; what is on its way stays pending and goes out again at the next start. */
  close(): void {
    this.#isClosed = true
  }

  #pump(lane: Lane): void {
    while (!this.#isClosed && lane.inFlight < IN_FLIGHT_MAX) {
      const delivery = lane.queue.shift()
      if (!delivery) return
      lane.inFlight += 1
      void this.#deliver(delivery).finally(() => {
        lane.inFlight -= 1
        this.#open -= 1
        this.#pump(lane)
        if (this.#open === 0) this.#onIdle()
      })
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    // No one may hear of a change that a crash could still undo.
    await this.#store.durable()
    if (this.#isClosed) return
    const { state, view } = this.#store
    const event = state.events.get(delivery.event)
    const endpoint = state.tables.webhook_endpoint.get(delivery.endpoint)
    if (!event || endpoint?.status !== 'enabled') {
      this.#record({ ...delivery, state: 'failed' }, { failure: 'endpoint disabled or deleted' }, event?.type)
      return
    }
    const { forged } = delivery
    const shown = view.event(event)
    // Told by someone else: an event that does not exist, signed with what is not the secret.
    const body = JSON.stringify(forged ? { ...shown, id: `evt_forged_${event.id.slice(4)}` } : shown, null, 2)
    const secrets = forged ? [FORGED_SECRET] : activeSecrets(state.secrets.get(endpoint.id), this.#now())
    const skewMs = delivery.attempt === 0 ? (delivery.skew_s ?? 0) * 1000 : 0
    const sent = await this.#send(endpoint.url, body, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      'stripe-signature': signatureHeader(body, secrets, this.#now() - skewMs),
    })
    if (!this.#isClosed) this.#settle(delivery, sent, event.type, event.created * 1000)
  }

  #settle(delivery: Delivery, sent: Sent, type: string, eventMs: number): void {
    const attempt = delivery.attempt + 1
    const isOver = delivery.forged ?? ('status' in sent && sent.status >= 200 && sent.status < 300)
    if (isOver) {
      this.#record({ ...delivery, attempt, state: 'delivered' }, sent, type)
      return
    }
    const due_ms = nextAttemptAt(attempt, eventMs, this.#now())
    if (due_ms === null) this.#record({ ...delivery, attempt, state: 'failed' }, sent, type)
    else this.#record({ ...delivery, attempt, due_ms }, sent, type)
  }

  #record(delivery: Delivery, sent: Sent, type: string | undefined): void {
    const { state, journal } = this.#store
    const at_ms = Math.max(this.#now(), state.last_ms)
    journal.add(at_ms, 'delivery', { ...delivery, type, ...sent })
    // The endpoint was deleted meanwhile, and its deliveries with it.
    if (!state.pending.has(deliveryKey(delivery))) return
    const ref = deliveryKey(delivery)
    const retry = { id: `deliver:${ref}`, kind: 'deliver', at_ms: delivery.due_ms, ref }
    const work = delivery.state === 'pending' ? { work: [retry] } : {}
    this.#store.write({ at_ms, deliveries: [delivery], ...work }, true)
  }
}
