/** Something that happens by itself at an instant of sandbox time. */
export type Work = { id: string; kind: string; at_ms: number; ref: string }

type Entry = { work: Work; seq: number }

const before = (a: Entry, b: Entry): boolean =>
  a.work.at_ms < b.work.at_ms || (a.work.at_ms === b.work.at_ms && a.seq < b.seq)

/** Work ordered by due time, then by the order it was added; an id is there at most once. */
export class WorkQueue {
  readonly #heap: Entry[] = []
  readonly #live = new Map<string, Entry>()
  #seq = 0

  has(id: string): boolean {
    return this.#live.has(id)
  }

  /** Adds work, or moves the work of the same id to another instant. */
  add(work: Work): void {
    const entry = { work, seq: (this.#seq += 1) }
    this.#live.set(work.id, entry)
    this.#heap.push(entry)
    this.#up(this.#heap.length - 1)
  }

  remove(id: string): void {
    this.#live.delete(id)
  }

  /** The next work, without taking it. */
  peek(): Work | undefined {
    // Removed and moved entries stay in the heap until they come to its top.
    for (let top = this.#heap[0]; top; top = this.#heap[0]) {
      if (this.#live.get(top.work.id) === top) return top.work
      this.#pop()
    }
    return undefined
  }

  #pop(): void {
    const last = this.#heap.pop()
    if (!last || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#down(0)
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]]
    if (x && y) [this.#heap[a], this.#heap[b]] = [y, x]
  }

  #less(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]]
    return x !== undefined && y !== undefined && before(x, y)
  }

  #up(start: number): void {
    for (let at = start; at > 0;) {
      const parent = (at - 1) >> 1
      if (!this.#less(at, parent)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #down(start: number): void {
    for (let at = start; ;) {
      const left = 2 * at + 1
      const child = this.#less(left + 1, left) ? left + 1 : left
      if (!this.#less(child, at)) return
      this.#swap(at, child)
      at = child
    }
  }
}
