import { Log } from './log.ts'

export type JournalEntry = {
  seq: number
  at_ms: number
  kind: 'call' | 'commit' | 'delivery' | 'clock' | 'edit'
  [field: string]: unknown
}

/** How many entries stay readable; older ones are only in the file. */
const KEPT = 200_000

/** What the sandbox did, for people and tests. Never holds request bodies, keys, secrets or card numbers. */
export class Journal {
  readonly #log: Log
  #entries: JournalEntry[] = []
  #seq = 0

  constructor(path: string) {
    this.#log = new Log(path, { sync: false }, (line) => this.#keep(JSON.parse(line) as JournalEntry))
  }

  /** Adds an entry at an instant of sandbox time. */
  add(at_ms: number, kind: JournalEntry['kind'], about: Record<string, unknown>): void {
    const entry = { seq: this.#seq + 1, at_ms, kind, ...about }
    this.#keep(entry)
    this.#log.append(JSON.stringify(entry))
  }

  /** Up to `limit` entries after a sequence number, oldest first. */
  after(seq: number, limit: number): JournalEntry[] {
    const first = this.#entries[0]?.seq ?? 1
    const from = Math.max(0, seq + 1 - first)
    return this.#entries.slice(from, from + limit)
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  #keep(entry: JournalEntry): void {
    this.#seq = entry.seq
    this.#entries.push(entry)
    if (this.#entries.length > 2 * KEPT) this.#entries = this.#entries.slice(-KEPT)
  }
}
