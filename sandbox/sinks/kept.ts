import { renameSync, writeFileSync } from 'node:fs'
import { Log } from '../store/log.ts'

/** How many things are kept, and how many bytes they may have together. */
export type KeptLimits = { count: number; bytes: number }

/**
 * The newest things of a kind, in memory and in a file of lines: a restart shows them again. Older ones than the limits
 * allow are forgotten; the file is written anew when it holds twice as many.
 */
export class Kept<T> {
  readonly #path: string
  readonly #limits: KeptLimits
  #lines: { line: string; thing: T }[] = []
  #bytes = 0
  #inFile = 0
  #log: Log

  /** Opens or creates the file. */
  constructor(path: string, limits: KeptLimits) {
    this.#path = path
    this.#limits = limits
    this.#log = new Log(path, { sync: false }, (line) => {
      this.#inFile += 1
      this.#keep(line, JSON.parse(line) as T)
    })
    this.#tidy()
  }

  /** Oldest first. */
  get all(): T[] {
    return this.#lines.map(({ thing }) => thing)
  }

  add(thing: T): void {
    const line = JSON.stringify(thing)
    this.#log.append(line)
    this.#inFile += 1
    this.#keep(line, thing)
    this.#tidy()
  }

  /** Forgets everything. */
  clear(): void {
    this.#lines = []
    this.#bytes = 0
    this.#writeAnew()
  }

  close(): Promise<void> {
    return this.#log.close()
  }

  #keep(line: string, thing: T): void {
    this.#lines.push({ line, thing })
    this.#bytes += line.length
    while (this.#lines.length > this.#limits.count || this.#bytes > this.#limits.bytes) {
      const [oldest] = this.#lines.splice(0, 1)
      if (!oldest) return
      this.#bytes -= oldest.line.length
    }
  }

  #tidy(): void {
    if (this.#inFile > 2 * Math.max(this.#limits.count, this.#lines.length)) this.#writeAnew()
  }

  #writeAnew(): void {
    const lines = this.#lines.map(({ line }) => `${line}\n`)
    writeFileSync(`${this.#path}.new`, lines.join(''), { mode: 0o600 })
    renameSync(`${this.#path}.new`, this.#path)
    this.#inFile = lines.length
    // What the old file was still to be given stands in the new one.
    void this.#log.close().catch((error: unknown) => console.error(error))
    this.#log = new Log(this.#path, { sync: false }, () => undefined)
  }
}
