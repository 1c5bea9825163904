type Indexes<T> = { [name: string]: (row: T) => string | null }

/**
 * Rows by id in the order they were made, with secondary indexes. A row is replaced, never changed in place, so an
 * event may keep a reference to the version it tells of.
 */
export class Table<T extends { id: string }> {
  readonly rows: T[] = []
  readonly #positions = new Map<string, number>()
  readonly #indexes: { keyOf: (row: T) => string | null; byKey: Map<string, string[]>; name: string }[]

  constructor(indexes: Indexes<T> = {}) {
    this.#indexes = Object.entries(indexes).map(([name, keyOf]) => ({ name, keyOf, byKey: new Map() }))
  }

  get(id: string): T | undefined {
    const position = this.#positions.get(id)
    return position === undefined ? undefined : this.rows[position]
  }

  /** Place of a row in `rows`, for cursors; undefined when there is no such row. */
  position(id: string): number | undefined {
    return this.#positions.get(id)
  }

  /** Adds the row or replaces the one with its id. The indexed fields of a row never change. */
  put(row: T): void {
    const position = this.#positions.get(row.id)
    if (position !== undefined) {
      this.rows[position] = row
      return
    }
    this.#positions.set(row.id, this.rows.push(row) - 1)
    for (const { keyOf, byKey } of this.#indexes) {
      const key = keyOf(row)
      if (key === null) continue
      const ids = byKey.get(key)
      if (ids) ids.push(row.id)
      else byKey.set(key, [row.id])
    }
  }

  /** Forgets a row; its place stays taken by no one. Rare: only configuration is ever deleted. */
  remove(id: string): void {
    const position = this.#positions.get(id)
    if (position === undefined) return
    this.rows.splice(position, 1)
    this.#positions.delete(id)
    this.rows.forEach((row, at) => this.#positions.set(row.id, at))
  }

  /** Rows whose indexed field has this value, oldest first. Throws for an index that was not declared. */
  where(index: string, key: string): T[] {
    const found = this.#indexes.find(({ name }) => name === index)
    if (!found) throw new Error(`no index ${index}`)
    return (found.byKey.get(key) ?? []).map((id) => this.get(id)).filter((row) => row !== undefined)
  }
}
