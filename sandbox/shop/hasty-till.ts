import type { ShopEnv } from './env.ts'
import type { Driver } from './follower.ts'
import { seededRandom } from './domain/seeded-random.ts'
import { pauseBetweenLooks } from './pause.ts'
import type { HastyTill } from './ring-up-ticket.ts'

/** Share of card payments that the till cuts off and does not repeat. */
const cutShare = 0.02

/**
 * A till that leaves a few of its card payments alone, so that only completer, webhooks and poller can settle them. Which
 * ones the seed and the key decide; `cut` tells how many there were.
 */
export function hastyTill(
  seed: number,
  driver: Driver,
  env: ShopEnv,
  signal: AbortSignal,
): HastyTill & { cut(): number } {
  let cut = 0
  return {
    cutsOff: (key) => {
      const isCut = seededRandom('hasty', seed, key)() < cutShare
      if (isCut) cut += 1
      return isCut
    },
    pauseBeforeLook: pauseBetweenLooks(driver, env, signal),
    cut: () => cut,
  }
}
