import { closeSync, openSync } from 'node:fs'
import { eachLine, Log } from './log.ts'

export type JournalEntry = {
  seq: number
  at_ms: number
  kind: 'call' | 'commit' | 'delivery' | 'clock' | 'edit' | 'fault' | 'mail' | 'page'
  [field: string]: unknown
}

/** How many entries are kept in memory at least; older ones are read from the file. */
const KEPT = 5_000
/** Every so many entries the place in the file is remembered. */
const STEP = 1_000

/** What the sandbox did, for people and tests. Never holds request bodies, keys, secrets or card numbers. */
export class Journal {
  readonly #log: Log
  readonly #path: string
  /** The newest entries as their lines: parsed only when asked for. */
  #recent: string[] = []
  /** Where the entries 1, 1001, 2001, ... begin in the file: an entry's line number is its `seq`. */
  readonly #places: number[] = []
  #bytes = 0
  #seq = 0
  #isClosed = false

  constructor(path: string) {
    this.#path = path
    this.#log = new Log(path, { sync: false }, (line) => this.#keep(line))
  }

  /** Adds an entry at an instant of sandbox time. What ends after the journal was closed is answered all the same. */
  add(at_ms: number, kind: JournalEntry['kind'], about: Record<string, unknown>): void {
    if (this.#isClosed) return
    const line = JSON.stringify({ seq: this.#seq + 1, at_ms, kind, ...about })
    this.#log.append(line)
    this.#keep(line)
  }

  /** Up to `limit` entries after a sequence number, oldest first. */
  after(seq: number, limit: number): JournalEntry[] {
    const from = Math.max(0, seq)
    const first = this.#seq - this.#recent.length
    const lines =
      from >= first ? this.#recent.slice(from - first, from - first + limit) : this.#read(from, limit)
    return lines.map((line) => JSON.parse(line) as JournalEntry)
  }

  close(): Promise<void> {
    this.#isClosed = true
    return this.#log.close()
  }

  #keep(line: string): void {
    if (this.#seq % STEP === 0) this.#places.push(this.#bytes)
    this.#seq += 1
    this.#bytes += Buffer.byteLength(line) + 1
    this.#recent.push(line)
    if (this.#recent.length >= 2 * KEPT) this.#recent = this.#recent.slice(-KEPT)
  }

  #read(from: number, limit: number): string[] {
    const lines: string[] = []
    let skip = from % STEP
    const fd = openSync(this.#path, 'r')
    try {
      eachLine(fd, this.#places[Math.floor(from / STEP)] ?? 0, (line) => {
        if (skip > 0) skip -= 1
        else lines.push(line)
        return lines.length < limit
      })
    } finally {
      closeSync(fd)
    }
    return lines
  }
}
