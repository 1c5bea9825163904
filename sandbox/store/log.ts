import { closeSync, fdatasync, ftruncateSync, fstatSync, openSync, readSync, write } from 'node:fs'
import { promisify } from 'node:util'

const writeAsync = promisify(write)
const syncAsync = promisify(fdatasync)

const NEWLINE = 10

const CHUNK_BYTES = 1 << 20

/**
 * Calls back with each whole line from a place in the file on, until it answers false; gives the place behind the last
 * whole line read. Never holds more than one piece of the file: a log may be larger than memory.
 */
export const eachLine = (fd: number, from: number, onLine: (line: string) => boolean): number => {
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let rest = Buffer.alloc(0)
  let place = from
  for (let at = from; ;) {
    const got = readSync(fd, chunk, 0, CHUNK_BYTES, at)
    if (got === 0) return place
    at += got
    const content = Buffer.concat([rest, chunk.subarray(0, got)])
    let start = 0
    for (let end = content.indexOf(NEWLINE); end !== -1; end = content.indexOf(NEWLINE, start)) {
      const line = content.toString('utf8', start, end)
      start = end + 1
      if (!onLine(line)) return place + start
    }
    place += start
    rest = content.subarray(start)
  }
}

type Waiter = { upTo: number; resolve: () => void; reject: (error: unknown) => void }

/** An append-only file of lines, written in groups: many appends share one write and one fdatasync. */
export class Log {
  readonly #fd: number
  readonly #sync: boolean
  #pending: string[] = []
  #appended = 0
  /** Number of the newest line that someone may wait for. */
  #strict = 0
  #durable = 0
  #waiters: Waiter[] = []
  #running: Promise<void> | null = null
  #failure: unknown = null

  /** Opens or creates the file and cuts off a torn last line. `sync: false` leaves flushing to the system. */
  constructor(path: string, options: { sync: boolean }, onLine: (line: string) => void) {
    this.#sync = options.sync
    this.#fd = openSync(path, 'a+', 0o600)
    const bytes = eachLine(this.#fd, 0, (line) => {
      onLine(line)
      return true
    })
    if (fstatSync(this.#fd).size > bytes) ftruncateSync(this.#fd, bytes)
  }

  /**
   * Adds one line; a lazy one is written with the others but makes no one wait for the disk. Throws once a write has
   * failed: the file may end in half a line, and whatever came behind it could never be read again.
   */
  append(line: string, lazy = false): void {
    if (this.#failure) throw this.#failure as Error
    this.#pending.push(line)
    this.#appended += 1
    if (!lazy) this.#strict = this.#appended
    this.#running ??= this.#run()
  }

  /** Resolves when every line so far that is not lazy is on disk; rejects when the disk refuses. */
  durable(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure as Error)
    if (this.#durable >= this.#strict) return Promise.resolve()
    return new Promise((resolve, reject) => this.#waiters.push({ upTo: this.#strict, resolve, reject }))
  }

  /** Writes and syncs what is left, then closes the file. */
  async close(): Promise<void> {
    await this.#running
    if (this.#failure) throw this.#failure as Error
    if (this.#sync) await syncAsync(this.#fd)
    this.#failure = new Error('the log is closed')
    closeSync(this.#fd)
  }

  async #run(): Promise<void> {
    // One turn of the event loop lets the calls that arrived together join the same group.
    await Promise.resolve()
    try {
      while (this.#pending.length > 0) await this.#flush()
    } catch (error) {
      this.#failure = error
      for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
    }
    this.#running = null
  }

  async #flush(): Promise<void> {
    const upTo = this.#appended
    const chunk = Buffer.from(`${this.#pending.join('\n')}\n`)
    this.#pending = []
    for (let at = 0; at < chunk.length;)
      at += (await writeAsync(this.#fd, chunk, at, chunk.length - at)).bytesWritten
    if (this.#sync && this.#strict > this.#durable) await syncAsync(this.#fd)
    this.#durable = upTo
    const done = this.#waiters.filter((waiter) => waiter.upTo <= upTo)
    this.#waiters = this.#waiters.filter((waiter) => waiter.upTo > upTo)
    for (const waiter of done) waiter.resolve()
  }
}
