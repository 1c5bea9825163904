/** A card attempt of a simulated shop. */
export interface Attempt {
  readonly atMs: number
  readonly failed: boolean
}

/** What a simulated shop is like at an instant: attempts an hour, and the chance that one fails. */
export interface Trade {
  readonly perHour: number
  readonly failureRate: number
}

const HOUR_MS = 3_600_000

/** Attempts as they come in a shop, independent of each other (a Poisson process), without an end. `random` is in [0, 1). */
export function* attemptsOf(tradeAt: (atMs: number) => Trade, random: () => number): Generator<Attempt> {
  let atMs = 0
  for (;;) {
    atMs += (-Math.log(1 - random()) * HOUR_MS) / tradeAt(atMs).perHour
    yield { atMs, failed: random() < tradeAt(atMs).failureRate }
  }
}

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
