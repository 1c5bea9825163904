import type { Counter } from 'prom-client'

/** Counts by name, of one kind. */
export type Counts = Readonly<Record<string, number>>

/** The sums of a counter over all labels but `label`. */
const sumsBy = async (counter: Pick<Counter, 'get'>, label: string): Promise<Map<string, number>> => {
  const { values } = await counter.get()
  const sums = new Map<string, number>()
  for (const { labels, value } of values) {
    const name = String((labels as Record<string, unknown>)[label] ?? 'all')
    sums.set(name, (sums.get(name) ?? 0) + value)
  }
  return sums
}

/** What a counter has counted since the last question, by one of its labels; names that counted nothing are left out. */
export const createCountSince = (counter: Pick<Counter, 'get'>, label: string): (() => Promise<Counts>) => {
  let before = new Map<string, number>()
  return async () => {
    const now = await sumsBy(counter, label)
    const counted = [...now].map(([name, sum]) => [name, sum - (before.get(name) ?? 0)] as const)
    before = now
    return Object.fromEntries(counted.filter(([, count]) => count > 0))
  }
}
