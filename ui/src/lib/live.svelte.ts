import { TOPIC_NAMES, type Topic } from '#core/contracts/stream-topics.ts'

/** What the stream tells: which object changed, small enough to show at once. */
export interface LiveEvent {
  readonly topic: string
  readonly type: string
  readonly id: string
  readonly at: string
  readonly [more: string]: unknown
}

type Listener = (event: LiveEvent) => void

/**
 * Server-sent events of the platform. The browser resumes by itself with the last event's id, so that nothing is missed;
 * while it cannot, `state` says so and pages show how old they are.
 */
class Live {
  #state = $state<'connecting' | 'live' | 'paused'>('connecting')
  #since = $state(new Date())
  readonly #listeners = new Map<string, Set<Listener>>()
  #source: EventSource | null = null

  get state(): 'connecting' | 'live' | 'paused' {
    return this.#state
  }

  /** Since when it is in this state. */
  get since(): Date {
    return this.#since
  }

  #become(state: 'connecting' | 'live' | 'paused'): void {
    if (this.#state === state) return
    this.#state = state
    this.#since = new Date()
  }

  /** Opens the stream; again after it was stopped. */
  start(): void {
    if (this.#source) return
    const source = new EventSource(`/payments/api/stream?topics=${TOPIC_NAMES.join(',')}`)
    this.#source = source
    source.addEventListener('open', () => this.#become('live'))
    source.addEventListener('error', () => {
      this.#become('paused')
      // A refused stream is not tried again by the browser; the session may just have been renewed.
      if (source.readyState === EventSource.CLOSED) {
        this.stop()
        setTimeout(() => this.start(), 5_000)
      }
    })
    for (const topic of TOPIC_NAMES)
      source.addEventListener(topic, (message) => {
        const event = { topic, ...(JSON.parse(message.data as string) as object) } as LiveEvent
        for (const listener of this.#listeners.get(topic) ?? []) listener(event)
      })
    for (const word of ['signed_out', 'missed'] as const)
      source.addEventListener(word, () => {
        if (word === 'signed_out') this.stop()
        for (const listener of this.#listeners.get(word) ?? [])
          listener({ topic: word, type: word, id: '', at: new Date().toISOString() })
      })
  }

  stop(): void {
    this.#source?.close()
    this.#source = null
    this.#become('paused')
  }

  /** Calls back for each event of a topic, or when some were `missed` and everything is to be read anew; answers how to stop. Use it inside `$effect(() => live.on(...))`. */
  on(topic: Topic | 'signed_out' | 'missed', listener: Listener): () => void {
    const all = this.#listeners.get(topic) ?? new Set()
    this.#listeners.set(topic, all.add(listener))
    return () => void all.delete(listener)
  }
}

export const live = new Live()
