import { closeSync, fdatasync, ftruncateSync, fstatSync, openSync, readSync, write } from 'node:fs'
import { promisify } from 'node:util'

const writeAsync = promisify(write)
const syncAsync = promisify(fdatasync)

const NEWLINE = 10

/** The lines of a file up to its last newline, and how many bytes they take; what follows is a torn line. */
const readLines = (fd: number): { lines: string[]; bytes: number } => {
  const size = fstatSync(fd).size
  const content = Buffer.allocUnsafe(size)
  for (let at = 0; at < size;) at += readSync(fd, content, at, size - at, at)
  const lines: string[] = []
  let start = 0
  for (let end = content.indexOf(NEWLINE); end !== -1; end = content.indexOf(NEWLINE, start)) {
    lines.push(content.toString('utf8', start, end))
    start = end + 1
  }
  return { lines, bytes: start }
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
    const { lines, bytes } = readLines(this.#fd)
    if (fstatSync(this.#fd).size > bytes) ftruncateSync(this.#fd, bytes)
    for (const line of lines) onLine(line)
  }

  /** Adds one line; a lazy one is written with the others but makes no one wait for the disk. */
  append(line: string, lazy = false): void {
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
