import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Send, Sent } from '../deliveries/send.ts'
import { Kept } from './kept.ts'
import type { Book, Deed, Effect, PagerIncident, StoredPage } from './pager-book.ts'
import { readBook } from './pager-book.ts'
import type { PagerEvent } from './pager-event.ts'
import { tellWebhook } from './pager-webhook.ts'
import type { PagerMode, PagerWebhook } from './switches.ts'
import { Switch } from './switches.ts'

const LIMITS = { count: 1_000, bytes: 64 << 20 }

export type PagerSinkOptions = {
  dir: string
  now: () => number
  wall: () => number
  newId: () => string
  send: Send
  /** After each event and deed that was taken. */
  onPage: (page: StoredPage, effect: Effect) => void
}

/** A pager that wakes nobody: it keeps events and the incidents that PagerDuty would make of them. */
export class PagerSink {
  readonly switch = new Switch<PagerMode>('ok')
  readonly #kept: Kept<StoredPage>
  readonly #options: PagerSinkOptions
  readonly #webhookFile: string
  #webhook: PagerWebhook | null
  #retryAfterS: number | null = null
  #telling: Promise<unknown> = Promise.resolve()

  constructor(options: PagerSinkOptions) {
    this.#options = options
    this.#kept = new Kept(join(options.dir, 'pages.jsonl'), LIMITS)
    this.#webhookFile = join(options.dir, 'pager-webhook.json')
    this.#webhook = existsSync(this.#webhookFile)
      ? (JSON.parse(readFileSync(this.#webhookFile, 'utf8')) as PagerWebhook)
      : null
  }

  /** Newest first. */
  get pages(): StoredPage[] {
    return this.#kept.all.toReversed()
  }

  get book(): Book {
    return readBook(this.#kept.all)
  }

  /** Where the webhook goes; its secret is shown to nobody. */
  get webhookUrl(): string | null {
    return this.#webhook?.url ?? null
  }

  get retryAfterS(): number | null {
    return this.#retryAfterS
  }

  turn(mode: PagerMode, times: number | undefined, retryAfterS: number | undefined): void {
    this.switch.set(mode, times)
    this.#retryAfterS = retryAfterS ?? null
  }

  /** Names whom it tells of what happens to incidents; a restart remembers. */
  tell(webhook: PagerWebhook | null): void {
    this.#webhook = webhook
    if (webhook) writeFileSync(this.#webhookFile, JSON.stringify(webhook), { mode: 0o600 })
    else rmSync(this.#webhookFile, { force: true })
  }

  /** Takes an event; the webhook hears of it afterwards. Answers its key. */
  take(event: PagerEvent): string {
    const { dedup_key: key, service, ...rest } = event
    const id = this.#options.newId()
    const page: StoredPage = { ...this.#stamp(id), kind: 'event', dedup_key: key ?? id, service, ...rest }
    void this.#add(page)
    return page.dedup_key
  }

  /**
   * Does in the pager's app what a person does there, and waits until the webhook has answered. Undefined when no incident of
   * that key is open.
   */
  async act(
    dedupKey: string,
    deed: Deed,
    by: string,
  ): Promise<{ incident: PagerIncident; webhook: Sent | null } | undefined> {
    const open = this.book.incidents.findLast(
      (incident) => incident.dedup_key === dedupKey && incident.status !== 'resolved',
    )
    if (!open) return undefined
    const { service } = open
    const stamp = this.#stamp(this.#options.newId())
    return this.#add({ ...stamp, kind: 'deed', dedup_key: dedupKey, service, deed, by })
  }

  clear(): void {
    this.#kept.clear()
  }

  async close(): Promise<void> {
    await this.#telling
    await this.#kept.close()
  }

  #stamp(id: string) {
    const { now, wall } = this.#options
    const seq = (this.#kept.all.at(-1)?.seq ?? 0) + 1
    return { seq, id, at: new Date(now()).toISOString(), received_ms: wall() }
  }

  /** Webhooks go out one after the other, in the order in which things happened. */
  async #add(page: StoredPage): Promise<{ incident: PagerIncident; webhook: Sent | null } | undefined> {
    this.#kept.add(page)
    const { incidents, effects } = this.book
    const effect = effects.get(page.id) ?? 'dropped'
    const incident = incidents.findLast(({ events }) => events.includes(page.id))
    this.#options.onPage(page, effect)
    const told = this.#telling.then(() =>
      tellWebhook(this.#options.send, this.#webhook, page, incident, effect),
    )
    this.#telling = told.catch((error: unknown) => console.error(error))
    const webhook = await told
    return incident && { incident, webhook }
  }
}
