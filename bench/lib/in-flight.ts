import { performance } from 'node:perf_hooks'
import { ascending, percentile } from './stats.ts'

/** Does `work` for every item with `width` in flight; how many per second, and how long each took. */
export const runInFlight = async <T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<{ per_second: number; p50_ms: number; p99_ms: number }> => {
  const took: number[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      const startedMs = performance.now()
      await work(item)
      took.push(performance.now() - startedMs)
    }
  }
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: width }, lane))
  const seconds = (performance.now() - startedMs) / 1000
  const sorted = ascending(took)
  return {
    per_second: items.length / seconds,
    p50_ms: percentile(sorted, 0.5),
    p99_ms: percentile(sorted, 0.99),
  }
}
