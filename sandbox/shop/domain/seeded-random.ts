/** A deterministic generator of numbers in [0, 1): the same words give the same numbers on every machine. */
export function seededRandom(...words: readonly (string | number)[]): () => number {
  let state = hashOf(words.join('|'))
  return () => {
    // mulberry32: 32 bits of state are plenty for a shop's baskets.
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** A whole number in [from, to], both included. */
export function between(random: () => number, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1))
}

/** One of the rows, each as likely as its weight. Weights are positive; at least one row is needed. */
export function pickWeighted<T>(random: () => number, rows: readonly T[], weightOf: (row: T) => number): T {
  let left = random() * rows.reduce((sum, row) => sum + weightOf(row), 0)
  for (const row of rows) {
    left -= weightOf(row)
    if (left < 0) return row
  }
  const last = rows.at(-1)
  if (last === undefined) throw new RangeError('nothing to pick from')
  return last
}
